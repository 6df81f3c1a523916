import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ENVELOPE } from './envelope.ts';
import { describeMessage, goldenFrames, goldenMessages, goldenText } from './golden.test-kit.ts';
import { COLD_RECORDS, HOT_RECORDS } from './records.test-kit.ts';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const read = (path: string): string => readFileSync(`${folder}${path}`, 'utf8');

describe('the messages of every version', () => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));

  test.each(paths)('%s means what it always meant', (path) => {
    const text = read(path);
    const { header, records } = JSON.parse(text) as Record<string, unknown>;
    expect(describeMessage(goldenFrames(text))).toEqual({ header, records });
  });
});

describe('the messages of this version', () => {
  test.each(goldenMessages())('$name is written as it was (if that is meant: corepack pnpm golden)', (golden) => {
    expect(goldenText(golden)).toBe(read(`v${ENVELOPE.version}/${golden.name}.json`));
  });

  test('show every record', () => {
    const shown = new Set(goldenMessages().map((golden) => golden.name.toUpperCase()));
    expect([...COLD_RECORDS, ...HOT_RECORDS].map((r) => r.name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
