import type { Command, OptionSpec } from './command.ts';
import { COMMON_OPTIONS } from './command.ts';

/** The help of one command. */
export function commandHelp({ name, summary, details = [], args, options, examples }: Command): string {
  const places = args.map((arg) => {
    const text = arg.isList === true ? `${arg.name}...` : arg.name;
    return arg.isOptional === true ? `[${text}]` : text;
  });
  const sections = [
    [`reeve ${name}: ${summary}`],
    ['Usage:', `  ${['reeve', name, ...places, '[options]'].join(' ')}`],
    args.length === 0 ? [] : ['Arguments:', ...columns(args.map((arg) => [arg.name, arg.what]))],
    ['Options:', ...columns(Object.entries({ ...options, ...COMMON_OPTIONS }).map(optionRow))],
    details,
    [examples.length === 1 ? 'Example:' : 'Examples:', ...examples.map((example) => `  ${example}`)],
  ];
  return text(sections);
}

/** The help of the whole program. */
export function programHelp(version: string, commands: readonly { name: string; summary: string }[]): string {
  return text([
    [`reeve ${version}: reliable request-reply RPC over ZeroMQ`],
    ['Usage:', '  reeve COMMAND [options]'],
    ['Commands:', ...columns(commands.map(({ name, summary }) => [name, summary]))],
    ['reeve COMMAND --help shows what a command takes, with an example.'],
    ['Example:', '  reeve call orders.quote \'{"sku":"A1","quantity":3}\''],
  ]);
}

function optionRow([name, spec]: [string, OptionSpec]): [string, string] {
  if (spec.kind === 'flag') return [`--${name}`, spec.what];
  return [`--${name} ${spec.kind === 'choice' ? spec.choices.join('|') : spec.value}`, spec.what];
}

/** Two columns; the second one is wrapped under itself. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const first = Math.max(...rows.map(([left]) => left.length));
  const indent = ' '.repeat(first + 4);
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, WIDTH - indent.length);
    return lines.map((line, index) => (index === 0 ? `  ${left.padEnd(first)}  ${line}` : indent + line));
  });
}

function wrapped(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function text(sections: readonly (readonly string[])[]): string {
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Fits a terminal that nobody has made wider. */
const WIDTH = 100;
