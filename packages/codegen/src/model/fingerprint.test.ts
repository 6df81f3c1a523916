import { describe, expect, test } from 'vitest';
import { readService } from '../contract-project.test-support.ts';

const BASE =
  'm: method({ input: z.object({ a: z.int(), b: z.string().max(5).optional() }), ' +
  'output: z.array(z.int()), errors: { E: z.int() } })';

describe('the fingerprint of a method', () => {
  test('is 32 hex digits and always the same', async () => {
    const first = await fingerprint(BASE);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await fingerprint(BASE)).toBe(first);
    // Pinned: a change of how it is taken would make every client and worker a stranger to the other.
    expect(first).toBe('ace8631ae7ef2dd976c377f0f1f27d76');
  });

  test.each([
    ['docs', BASE.replace('errors:', "doc: 'New.', errors:")],
    ['descriptions', BASE.replace('z.array(z.int())', "z.array(z.int().describe('Cents.'))")],
    ['the timeout', BASE.replace('errors:', 'timeoutMs: 5, errors:')],
    [
      'the order of fields',
      BASE.replace('a: z.int(), b: z.string().max(5).optional()', 'b: z.string().max(5).optional(), a: z.int()'),
    ],
    ['names of types', BASE.replace('z.object({ a: z.int(), b: z.string().max(5).optional() })', 'Named')],
    ['refinements', BASE.replace('a: z.int()', 'a: z.int().refine(() => true)')],
    ['brands', BASE.replace('a: z.int()', "a: z.int().brand('A')")],
    ['another way to write it', BASE.replace('a: z.int()', 'a: z.number().int()')],
  ])('does not change with %s', async (_, text) => {
    expect(text).not.toBe(BASE);
    expect(await fingerprint(text)).toBe(await fingerprint(BASE));
  });

  test.each([
    ['a type', BASE.replace('a: z.int()', 'a: z.number()')],
    ['a limit', BASE.replace('max(5)', 'max(6)')],
    ['what is optional', BASE.replace('.optional()', '')],
    ['the name of a field', BASE.replace('a: z.int()', 'c: z.int()')],
    ['the output', BASE.replace('z.array(z.int())', 'z.set(z.int())')],
    ['the data of an error', BASE.replace('E: z.int()', 'E: z.string()')],
    ['the code of an error', BASE.replace('E: z.int()', "E: { code: 'not_found', data: z.int() }")],
    ['the name of an error', BASE.replace('E: z.int()', 'F: z.int()')],
    ['delivery', BASE.replace('errors:', 'idempotent: true, errors:')],
    ['the key', BASE.replace('errors:', "key: 'a', errors:")],
  ])('changes with %s', async (_, text) => {
    expect(text).not.toBe(BASE);
    expect(await fingerprint(text)).not.toBe(await fingerprint(BASE));
  });

  test('tells apart types that contain themselves', async () => {
    const tree = (field: string): string => `m: method({ input: ${field}, output: z.void() })`;
    const both = await Promise.all([tree('Tree'), tree('Forest'), tree('Tree')].map(fingerprint));
    expect(both[0]).toBe(both[2]);
    expect(both[0]).not.toBe(both[1]);
  });

  test('of types that lead to each other does not depend on what other methods use of them', async () => {
    const types = `
      const Person = z.object({ name: z.string(), get teams() { return z.array(Team); } });
      const Team = z.object({ get lead() { return Person.nullable(); } });`;
    const of = async (...methods: readonly string[]): Promise<string | undefined> => {
      const list = methods.map((type) => `${type.toLowerCase()}: method({ input: ${type}, output: z.void() })`);
      const text = `${types} export const S = service('s', { version: '1.0.0', methods: { ${list.join(', ')} } });`;
      return (await readService(text)).methods.find(({ name }) => name === 'team')?.fingerprint;
    };
    const alone = await of('Team');
    expect(await of('Person', 'Team')).toBe(alone);
    expect(await of('Team', 'Person')).toBe(alone);
  });

  test('takes no longer for types that use each other over and over', async () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) => `const L${i + 1} = z.object({ a: L${i}, b: L${i}, c: z.array(L${i}) });`,
    );
    const service = await readService(`
      const L0 = z.object({ n: z.int() });
      ${levels.join('\n')}
      export const S = service('s', { version: '1.0.0', methods: { m: method({ input: L40, output: z.void() }) } });`);
    expect(service.types).toHaveLength(41);
    expect(service.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  });
});

async function fingerprint(method: string): Promise<string | undefined> {
  const service = await readService(`
    const Named = z.object({ a: z.int(), b: z.string().max(5).optional() });
    const Tree = z.object({ get kids() { return z.array(Tree); } });
    const Forest = z.object({ get kids() { return z.set(Forest); } });
    export const S = service('s', { version: '1.0.0', methods: { ${method} } });`);
  return service.methods[0]?.fingerprint;
}
