import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

/** A command of `reeve`. */
export interface Command extends CommandBody {
  readonly name: string;
  /** Half a sentence for the list of commands. */
  readonly summary: string;
}

/** What a command takes and what it does. */
export interface CommandBody extends CommandText {
  readonly options: OptionSpecs;
  run(given: AnyGiven, context: Context): Promise<void>;
}

export interface CommandText {
  /** What there is to know besides; lines of help. */
  readonly details?: readonly string[];
  readonly args: readonly ArgumentSpec[];
  /** Whole command lines that work. */
  readonly examples: readonly [string, ...string[]];
}

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly output: Output;
}

/** An argument that is known by its place. */
export interface ArgumentSpec {
  readonly name: string;
  readonly what: string;
  /** Default: it must be given. */
  readonly isOptional?: boolean;
  /** Takes all that follow; the last one only. */
  readonly isList?: boolean;
}

/** An option by its name without the dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionSpec =
  | { readonly kind: 'flag'; readonly what: string }
  | { readonly kind: 'text' | 'list'; readonly value: string; readonly what: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly what: string }
  | {
      readonly kind: 'integer';
      readonly value: string;
      readonly what: string;
      readonly min: number;
      readonly max: number;
    };

/** What was typed, understood. */
export interface Given<Specs extends OptionSpecs> {
  readonly args: readonly string[];
  readonly options: { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> };
}

/** The same, while it is open what was declared. */
export interface AnyGiven {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

type ValueOf<Spec extends OptionSpec> = Spec extends { kind: 'flag' }
  ? boolean
  : Spec extends { kind: 'list' }
    ? readonly string[]
    : Spec extends { kind: 'integer' }
      ? number | undefined
      : Spec extends { kind: 'choice'; choices: readonly (infer Choice)[] }
        ? Choice | undefined
        : string | undefined;

/** Makes the body of a command. Its `run` sees options of exactly the kinds that it declares. */
export function command<const Specs extends OptionSpecs>(
  spec: CommandText & {
    readonly options: Specs;
    readonly run: (given: Given<Specs>, context: Context) => Promise<void>;
  },
): CommandBody {
  // The parser fills in a value of the right kind for each declared option.
  return { ...spec, run: (given, context) => spec.run(given as Given<Specs>, context) };
}

/** What every command takes besides its own options. */
export const COMMON_OPTIONS: OptionSpecs = {
  json: { kind: 'flag', what: 'Print exactly one line of JSON on stdout, also on failure; the rest goes to stderr' },
  debug: { kind: 'flag', what: 'Show the stack trace of an error (or set REEVE_DEBUG=1)' },
  help: { kind: 'flag', what: 'Show this help' },
};
