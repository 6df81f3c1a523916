import { readFileSync } from 'node:fs';
import { LIMITS } from '@reeve/protocol';
import { DEFAULT_ENDPOINT } from '@reeve/protocol/io';
import { describe, expect, test } from 'vitest';
import type { OptionSpec } from './command.ts';
import { COMMON_OPTIONS } from './command.ts';
import { COMMANDS, loadCommand } from './commands.ts';
import { parseArgs } from './parse-args.ts';

/** docs/cli.md and the commands say the same. */

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
const sections = new Map(page.split(/^## /m).map((text) => [text.split('\n', 1)[0] ?? '', text]));

test('every command has a section and a row, with the same words', () => {
  const own = [...sections.keys()].filter((title) => title.startsWith('reeve '));
  expect(own).toEqual(COMMANDS.map(({ name }) => `reeve ${name}`));
  for (const { name, summary } of COMMANDS) expect(page).toContain(`| [${name}](#reeve-${name}) | ${summary} |`);
});

test('no other command is named', () => {
  const named = [...page.matchAll(/\breeve ([a-z]+)\b/g)].map(([, name]) => name);
  const known = COMMANDS.map(({ name }) => name);
  expect(named.filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
});

test('the common options are those that there are', () => {
  expect(optionsOf('What all commands share', '[a-z-]+')).toEqual(
    Object.keys(COMMON_OPTIONS).map((name) => `--${name}`),
  );
});

describe.each(COMMANDS)('reeve $name', (entry) => {
  test('its options are those that there are', async () => {
    const { options } = await entry.load();
    const written = Object.entries(options).map(([name, spec]) => `--${name}${valueOf(spec)}`);
    expect(optionsOf(`reeve ${entry.name}`, '[^`]+')).toEqual(written);
  });

  test('its examples can be typed', async () => {
    const command = await loadCommand(entry);
    const section = (sections.get(`reeve ${entry.name}`) ?? '').replace(/.*\n/, '');
    const lines = [...section.matchAll(new RegExp(`^(?:echo .*\\| )?reeve ${entry.name}(.*)$`, 'gm'))];
    expect(lines.length).toBeGreaterThan(0);
    for (const [, line = ''] of lines) {
      const words = [...line.replace(/ < .*/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      );
      expect(parseArgs(command, words)).toBeDefined();
    }
  });
});

test('the defaults are those of the code', () => {
  expect(rowOf('reeve call', '--timeout-ms')).toContain(`| ${LIMITS.callTimeoutMs} |`);
  expect(rowOf('reeve broker', '--warm-up-ms')).toContain(`| ${LIMITS.warmUpMs} |`);
  expect(rowOf('reeve broker', '--body-bytes-max')).toContain(`| ${LIMITS.bodyBytesMax} |`);
  expect(rowOf('reeve broker', '--body-bytes-max')).toContain(` ${LIMITS.clientQueueBytesMax / 2} `);
  expect(rowOf('reeve worker', '--concurrency')).toContain(`| ${LIMITS.concurrency}; `);
  expect(rowOf('reeve broker', '--listen')).toContain(`| \`${DEFAULT_ENDPOINT}\` |`);
});

/** The options in the table of a section. */
function optionsOf(title: string, pattern: string): string[] {
  const rows = (sections.get(title) ?? '').matchAll(new RegExp(`^\\| \`(--${pattern})\` \\|`, 'gm'));
  return [...rows].map(([, option = '']) => option.replaceAll('\\|', '|'));
}

function rowOf(title: string, option: string): string {
  return (
    sections
      .get(title)
      ?.split('\n')
      .find((line) => line.startsWith(`| \`${option}`)) ?? ''
  );
}

function valueOf(spec: OptionSpec): string {
  if (spec.kind === 'flag') return '';
  return ` ${spec.kind === 'choice' ? spec.choices.join('|') : spec.value}`;
}
