import { parseArgs as scanArgs } from 'node:util';
import type { AnyGiven, Command, OptionSpec, OptionSpecs } from './command.ts';
import { COMMON_OPTIONS } from './command.ts';
import { usageError } from './failure.ts';
import { didYouMean } from './near-names.ts';

/** Whether a flag stands among the options, whatever else is there. */
export function hasFlag(args: readonly string[], ...flags: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => flags.includes(arg));
}

/** Understands what was typed after the name of a command. Throws a usage error that names what is wrong. */
export function parseArgs(command: Command, typed: readonly string[]): AnyGiven {
  const specs: OptionSpecs = { ...command.options, ...COMMON_OPTIONS };
  const texts = new Map<string, string[]>();
  const args: string[] = [];
  for (const token of scan(specs, typed)) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(command, specs, token.rawName);
    const values = texts.get(token.name) ?? [];
    if (values.length > 0 && spec.kind !== 'list') throw wrong(command, `${token.rawName} is given twice`);
    texts.set(token.name, [...values, textOf(command, spec, token)]);
  }
  checkArgs(command, args);
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, valueOf(command, name, spec, texts.get(name) ?? [])]),
  );
  return { args, options };
}

type OptionToken = Extract<ReturnType<typeof scan>[number], { kind: 'option' }>;

function scan(specs: OptionSpecs, typed: readonly string[]) {
  const options = Object.entries(specs).map(([name, { kind }]) => [
    name,
    { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
  ]);
  const { tokens } = scanArgs({
    args: [...typed],
    options: Object.fromEntries(options) as Record<string, { type: 'boolean' | 'string' }>,
    strict: false, // its own messages name neither the nearest option nor the help
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

function textOf(command: Command, spec: OptionSpec, { rawName, value, inlineValue }: OptionToken): string {
  if (spec.kind === 'flag') {
    if (value !== undefined) throw wrong(command, `${rawName} takes no value`);
    return '';
  }
  // `--listen --json` is a value that was forgotten, not one that begins with dashes.
  if (value === undefined || value === '' || (!inlineValue && /^-./.test(value))) {
    const want = spec.kind === 'choice' ? spec.choices.join('|') : spec.value;
    throw wrong(command, `${rawName} needs a value: ${rawName} ${want}`);
  }
  return value;
}

function valueOf(command: Command, name: string, spec: OptionSpec, texts: readonly string[]): unknown {
  const [text] = texts;
  if (spec.kind === 'flag') return text !== undefined;
  if (spec.kind === 'list') return texts;
  if (text === undefined) return undefined;
  if (spec.kind === 'choice' && !spec.choices.includes(text)) {
    throw wrong(command, `--${name} is "${text}", but must be ${spec.choices.join(' or ')}`);
  }
  if (spec.kind !== 'integer') return text;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= spec.min && number <= spec.max) return number;
  throw wrong(command, `--${name} is "${text}", but must be a whole number from ${spec.min} to ${spec.max}`);
}

function checkArgs(command: Command, args: readonly string[]): void {
  const missing = command.args.find((spec, index) => spec.isOptional !== true && args[index] === undefined);
  if (missing !== undefined) throw wrong(command, `${missing.name} is missing: ${missing.what}`);
  const isOpen = command.args.at(-1)?.isList === true;
  const surplus = isOpen ? undefined : args[command.args.length];
  if (surplus !== undefined) throw wrong(command, `"${surplus}" is one argument too many`);
}

function unknownOption(command: Command, specs: OptionSpecs, rawName: string): Error {
  const near = didYouMean(
    rawName,
    Object.keys(specs).map((name) => `--${name}`),
  );
  return wrong(command, `reeve ${command.name} has no option ${rawName}`, near);
}

function wrong(command: Command, message: string, hint?: string): Error {
  const help = `reeve ${command.name} --help shows what it takes, with an example`;
  return usageError(message, hint === undefined ? help : `${hint} ${help}`);
}
