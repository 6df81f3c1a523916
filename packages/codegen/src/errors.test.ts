import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodegenError } from './codegen-error.ts';
import { ContractProject, contractText } from './contract-project.test-support.ts';

let project: ContractProject;

beforeEach(async () => {
  project = await ContractProject.create({});
});

afterEach(() => project.dispose());

describe('a mistake in a contract', () => {
  test('is reported with file, line, path and hint', async () => {
    const error = await failure(`
export const S = service('orders', {
  version: '1.0.0',
  methods: {
    place: method({
      input: z.object({
        lines: z.array(z.object({
          at: z.symbol(),
        })),
      }),
      output: z.void(),
    }),
  },
});`);
    expect(error).toBeInstanceOf(CodegenError);
    expect(error).toMatchObject({ position: { line: 10, column: 11 }, path: 'orders.place.input.lines[].at' });
    expect(error.message).toBe(
      `${project.folder}/s.contract.ts:10:11 orders.place.input.lines[].at: ` +
        'a symbol means something in one process only. Use z.enum([ … ]) or z.literal( … ).',
    );
  });

  test('is found in named constants, errors and outputs too', async () => {
    const inConstant = await failure(`
const Line = z.object({
  at: z.file(),
});
export const S = service('s', { version: '1.0.0', methods: {
  m: method({ input: z.array(Line), output: z.void() }),
} });`);
    expect(inConstant).toMatchObject({ position: { line: 5, column: 3 }, path: 's.m.input[].at' });
    const inError = await failure(`export const S = service('s', { version: '1.0.0', methods: {
  m: method({ input: z.void(), output: z.void(), errors: { BAD: z.nan() } }),
} });`);
    expect(inError).toMatchObject({ position: { line: 4, column: 3 }, path: 's.m.errors.BAD' });
    const inOutput = await failure(`export const S = service('s', { version: '1.0.0', methods: {
  m: method({ input: z.void(), output: z.string().transform(Number) }),
} });`);
    expect(inOutput.message).toContain('s.m.output: nobody can tell what a transform returns. Say it with a schema');
  });

  test('that the contract itself notices has its place', async () => {
    const error = await failure(`
export const S = service('orders', { version: '1.0.0', methods: {
  place: method({ input: z.object({ id: z.string() }), output: z.void(), key: 'ID' as never }),
} });`);
    expect(error.message).toBe(
      `${project.folder}/s.contract.ts:4:18: orders.place: ` +
        'key "ID" does not exist: the input has no such field. It has "id".',
    );
    const version = await failure(`
export const S = service('orders', { version: 'one', methods: {} });`);
    expect(version.message).toContain('s.contract.ts:4:18: Service "orders": version "one" is none.');
  });

  test('that only shows on the wire is explained', async () => {
    const error = await failure(`export const S = service('s', { version: '1.0.0', methods: {
  m: method({ input: z.object({ ids: z.union([z.set(z.int()), z.array(z.int())]) }), output: z.void() }),
} });`);
    expect(error.message).toContain('s.m.input.ids: a Set and an array cannot be told apart on the wire.');
  });

  test('such as two methods with one type name, or two services with one name', async () => {
    const methods = await failure(`export const S = service('s', { version: '1.0.0', methods: {
  get_user: method({ input: z.void(), output: z.void() }),
  getUser: method({ input: z.void(), output: z.void() }),
} });`);
    expect(methods.message).toContain('methods "get_user" and "getUser" would share the type names GetUserInput');
    const services = await failure(`
const m = method({ input: z.void(), output: z.void() });
export const A = service('same', { version: '1.0.0', methods: { m } });
export const B = service('Same', { version: '1.0.0', methods: { m } });`);
    expect(services.message).toContain('s.contract.ts:6:18: service "Same" is also described in');
  });
});

describe('a contract that does not load', () => {
  test('says why in one line', async () => {
    const thrown = await failure(`throw new Error('no database\\nat some place');`);
    expect(thrown.message).toBe(
      `${project.folder}/s.contract.ts:3:1: cannot be loaded: no database. ` +
        'A contract is run to read its schemas: it must load without a running system.',
    );
    const syntax = await failure('export const = 1;');
    expect(syntax.message).toContain('s.contract.ts:3:14: cannot be read: Variable declaration expected.');
    expect(syntax.message).not.toContain('\n');
  });

  test.each([
    ['by its own compiler', ''],
    ['by Babel, as one with a class is', 'class Other {}\n'],
  ])('says where, as it was written, if it is compiled %s', async (_, before) => {
    const line = before === '' ? 4 : 5;
    const typo = await failure(`${before}const a = 1;\n  export const S = z.strnig(a);`);
    expect(typo.message).toContain(`s.contract.ts:${line}:3: cannot be loaded: z.strnig is not a function.`);
    const unknown = await failure(`${before}\nexport const S = z.enum(Nothing);`);
    expect(unknown.message).toContain(`s.contract.ts:${line}:1: cannot be loaded: Nothing is not defined.`);
    const missing = await failure(`import { a } from './nothing.js';\n${before}export const b = a;`);
    expect(missing.message).toContain("s.contract.ts:3:1: cannot be loaded: Cannot find module './nothing.js'.");
  });

  test('says where in a module that it imports', async () => {
    await project.write('parts.ts', "import { z } from 'zod';\n\nexport const part = z.object(null as never).nope();");
    const inPart = await failure(`import { part } from './parts.js';\nexport const b = part;`);
    await project.remove('parts.ts');
    expect(inPart.message).toContain('parts.ts:3:1: cannot be loaded: ');
  });

  test('or does not exist', async () => {
    await expect(project.generate({ globs: ['no/*.contract.ts'] })).rejects.toThrow(
      `No contract matches no/*.contract.ts. Patterns start from ${project.folder}.`,
    );
  });

  test('leaves what was generated before as it was', async () => {
    const good = `const m = method({ input: z.void(), output: z.void() });
const bad = method({ input: z.symbol(), output: z.void() });
export const S = service('s', { version: '1.0.0', methods: { m } });`;
    await project.write('s.contract.ts', contractText(good));
    await project.generate();
    const before = await project.read('generated/s.client.ts');
    await failure(`${good}\nexport const T = service('t', { version: '1.0.0', methods: { bad } });`);
    expect(await project.read('generated/s.client.ts')).toBe(before);
    expect(await project.list('generated')).not.toContain('t.client.ts');
  });
});

async function failure(text: string): Promise<Error> {
  await project.write('s.contract.ts', contractText(text));
  return project.generate().then(
    () => {
      throw new Error('nothing failed');
    },
    (error: Error) => error,
  );
}
