import type { Shape } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { ContractProject, contractText, readService } from '../contract-project.test-support.ts';
import type { ServiceModel } from '../model/model.ts';

describe('types are named', () => {
  test('by the constant that holds the schema, exported or not', async () => {
    const service = await readService(`
      const line_item = z.object({ a: z.int() });
      const Color = z.enum(['red']);
      const Names = z.array(z.string());
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({
          input: z.object({ items: z.array(line_item), color: Color, names: Names }),
          output: line_item.nullable(),
        }),
      } });`);
    expect(typesOf(service)).toEqual({ LineItem: 'object', Color: 'enum' });
    expect(service.methods[0]?.output.wire).toEqual({ kind: 'nullable', of: { kind: 'ref', name: 'LineItem' } });
  });

  test('by .meta({ id }) first, and across copies that only describe', async () => {
    const service = await readService(`
      const A = z.object({ a: z.int() }).meta({ id: 'Alpha', description: 'First letter.' });
      const B = z.object({ b: z.int() });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ a: A, b: B.describe('The other one.') }), output: z.void() }),
      } });`);
    expect(typesOf(service)).toEqual({ Alpha: 'object', B: 'object' });
    expect(service.types[0]?.shape.doc).toBe('First letter.');
  });

  test('by the place, if they contain themselves and have no other name', async () => {
    const service = await readService(`
      function tree() { const T = z.object({ get kids() { return z.array(T); } }); return T; }
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: tree(), output: z.object({ result: tree() }) }),
      } });`);
    expect(typesOf(service)).toEqual({ MInputNode: 'object', MOutputResult: 'object' });
    expect(service.methods[0]?.input.wire).toEqual({ kind: 'ref', name: 'MInputNode' });
  });

  test('as Input and Output where the two sides differ on the wire', async () => {
    const service = await readService(`
      const Page = z.object({ size: z.int().default(10) });
      const Plain = z.object({ a: z.int() });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ page: Page, plain: Plain }), output: z.object({ page: Page, plain: Plain }) }),
      } });`);
    expect(typesOf(service)).toEqual({ PageInput: 'object', Plain: 'object', PageOutput: 'object' });
    expect(service.handlerTypes).toEqual([]);
  });

  test('as Handler… where only handlers see the other side', async () => {
    const service = await readService(`
      const Page = z.object({ size: z.int().default(10) });
      const Trimmed = z.object({ a: z.string().trim().max(5) });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ page: Page, trimmed: Trimmed }), output: z.void() }),
      } });`);
    // Other limits are no other type.
    expect(typesOf(service)).toEqual({ Page: 'object', Trimmed: 'object' });
    expect(service.handlerTypes.map(({ name }) => name)).toEqual(['HandlerPage']);
  });

  test('with a number where a name is taken', async () => {
    const service = await readService(`
      const MInput = z.object({ a: z.int() });
      const Date = z.object({ b: z.int() });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ x: MInput, date: Date }), output: z.void() }),
      } });`);
    expect(typesOf(service)).toEqual({ MInput2: 'object', Date2: 'object' });
  });

  test('once, if two files use one name for the same thing', async () => {
    const part = (type: string): string => `import { z } from 'zod';\nconst Line = z.object({ a: ${type} });\n`;
    const project = await ContractProject.create({
      'a.ts': `${part('z.int()')}export const A = z.object({ line: Line });\n`,
      'b.ts': `${part('z.int()')}export const B = z.object({ line: Line });\n`,
      'c.ts': `${part('z.string()')}export const C = z.object({ line: Line });\n`,
      's.contract.ts': contractText(`
        import { A } from './a.ts'; import { B } from './b.ts'; import { C } from './c.ts';
        export const S = service('s', { version: '1.0.0', methods: {
          m: method({ input: z.tuple([A, B, C]), output: z.void() }) } });`),
    });
    const { services } = await project.generate();
    await project.dispose();
    expect(services.map(({ types }) => types.map(({ name }) => name))).toEqual([['A', 'Line', 'B', 'C', 'Line2']]);
  });
});

describe('schemas that contain themselves', () => {
  test('by getters and by z.lazy, one inside the other', async () => {
    const service = await readService(`
      const Person = z.object({ name: z.string(), get posts() { return z.array(Post).optional(); } });
      const Post = z.object({ author: z.lazy(() => Person), get replies() { return z.array(Post); } });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: Person, output: z.array(Post) }),
      } });`);
    expect(typesOf(service)).toEqual({ Person: 'object', Post: 'object' });
    expect(service.types[1]?.shape).toEqual({
      kind: 'object',
      fields: {
        author: { kind: 'ref', name: 'Person' },
        replies: { kind: 'array', items: { kind: 'ref', name: 'Post' } },
      },
    });
  });

  test('and that differ from their two sides', async () => {
    const service = await readService(`
      const Node = z.object({ size: z.int().default(1), get next() { return Node.optional(); } });
      export const S = service('s', { version: '1.0.0', methods: { m: method({ input: Node, output: Node }) } });`);
    expect(typesOf(service)).toEqual({ NodeInput: 'object', NodeOutput: 'object' });
    const next = service.types.map(({ shape }) => (shape as { fields: Record<string, Shape> }).fields['next']);
    expect(next).toEqual([
      { kind: 'ref', name: 'NodeInput' },
      { kind: 'ref', name: 'NodeOutput' },
    ]);
  });

  test('with a transform inside: what cannot be known is left to the contract', async () => {
    const service = await readService(`
      const Node = z.object({ at: z.string().transform(Number), get next() { return Node.optional(); } });
      export const S = service('s', { version: '1.0.0', methods: { m: method({ input: Node, output: z.void() }) } });`);
    expect(typesOf(service)).toEqual({ Node: 'object' });
    expect(service.methods[0]?.input.handler).toBeUndefined();
    expect(service.handlerTypes).toEqual([]);
  });
});

describe('a schema in a wrapper', () => {
  test('has the name of the constant that holds the wrapper', async () => {
    const service = await readService(`
      /** A place. */
      const Point = z.object({ x: z.int() }).readonly();
      const Page = z.object({ size: z.int() }).default({ size: 20 });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ at: Point, page: Page }), output: z.void() }),
      } });`);
    expect(typesOf(service)).toEqual({ Point: 'object', Page: 'object' });
    expect(service.types[0]?.shape.doc).toBe('A place.');
    expect(service.methods[0]?.input.wire).toMatchObject({
      fields: { at: { kind: 'ref', name: 'Point', readonly: true }, page: { kind: 'ref', name: 'Page' } },
      optional: ['page'],
    });
  });
});

describe('a brand', () => {
  test('leaves the type of what handlers get to the contract, and no other', async () => {
    const service = await readService(`
      const Sku = z.string().brand('Sku');
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.object({ skus: z.array(Sku) }), output: Sku }),
        n: method({ input: z.object({ sku: z.string() }), output: z.void() }),
      } });`);
    const [m, n] = service.methods;
    expect([m?.input.handler, m?.output.handler, n?.input.handler]).toEqual([
      undefined,
      { kind: 'string' },
      { kind: 'object', fields: { sku: { kind: 'string' } } },
    ]);
  });
});

describe('comments', () => {
  test('come from describe, from meta and from the source', async () => {
    const service = await readService(`
      /** A line of an order. */
      const Line = z.object({
        /** Stock keeping unit. */
        sku: z.string(),
        /** Not this one. */
        count: z.int().describe('How many.'),
        /** Read by nobody. @deprecated Use count. */
        old: z.int().optional(),
      });
      /** Takes orders. */
      export const S = service('s', { version: '1.0.0', methods: {
        /** Places an order. */
        m: method({ input: z.object({
          /** What is ordered. */
          lines: z.array(Line),
        }), output: z.void(), errors: {
          /** All gone. */
          GONE: z.object({}),
        } }),
        n: method({ input: z.void(), output: z.void(), doc: 'From the option.' }),
      } });`);
    expect(service.doc).toBe('Takes orders.');
    expect(service.methods.map(({ doc }) => doc)).toEqual(['Places an order.', 'From the option.']);
    expect(service.methods[0]?.errors[0]?.doc).toBe('All gone.');
    const [line] = service.types;
    expect(line?.shape.doc).toBe('A line of an order.');
    expect(docsOf(line?.shape)).toEqual({
      sku: 'Stock keeping unit.',
      count: 'How many.',
      old: 'Read by nobody.\n\n@deprecated Use count.',
    });
    expect(docsOf(service.methods[0]?.input.wire)).toEqual({ lines: 'What is ordered.' });
  });

  test('are found through chains, wrappers, unions and extensions', async () => {
    const service = await readService(`
      const Base = z.object({
        /** One. */
        a: z.int() });
      const More = Base.extend({
        /** Two. */
        b: z.array(z.object({
          /** Three. */
          c: z.int() })).max(3).optional() });
      export const S = service('s', { version: '1.0.0', methods: {
        m: method({ input: z.union([More.nullable(), z.tuple([z.object({
          /** Four. */
          d: z.int() })])]), output: z.void() }),
      } });`);
    const text = JSON.stringify(service);
    for (const word of ['One.', 'Two.', 'Three.', 'Four.']) expect(text).toContain(`"doc":"${word}"`);
  });
});

function typesOf({ types }: ServiceModel): Record<string, string> {
  return Object.fromEntries(types.map(({ name, shape }) => [name, shape.kind]));
}

function docsOf(shape: Shape | undefined): Record<string, string | undefined> {
  const fields = shape?.kind === 'object' ? Object.entries(shape.fields) : [];
  return Object.fromEntries(fields.map(([name, { doc }]) => [name, doc]));
}
