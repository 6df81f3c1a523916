import { createJiti } from 'jiti';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContractProject } from '../contract-project.test-support.ts';
import { functionDigest } from './schema-digest.ts';
import { SourceText } from './source-text.ts';

const OTHER = `
  export default 'the default';
  export const one = 1;
  export const twice = <T extends number>(value: T): number => value * 2;
  export function self(this: unknown): unknown { return this === undefined ? 'a function' : 'a method'; }
  export interface Shape { readonly side: number }
  export type Side = number;
`;

/** Modules that are compiled here, by what they show. */
const PLAIN: Readonly<Record<string, string>> = {
  'types that stand with names': 'export const a: number = 1, b: Array<string> = [];',
  'functions with types': `
    export const f = <T, U extends T = T>(a: T, b?: U, ...rest: readonly T[]): readonly T[] => [a, ...rest];
    export const list = f<number>(1, undefined, 2);
    function g(a: string): string
    function g(a: number): string
    function g(a: unknown): string { const b: string = String(a); return b }
    export const text = g(1)
    export function later(): number { return early }
    const early: number = 5
    export const called = later()`,
  assertions: `
    export const a = [1, 2] as const
    export const b = ({ x: 1 } satisfies { x: number }).x
    export const c = (a as readonly number[])[0]!.toFixed(1)
    const d = a as unknown
    ;[1].forEach(() => undefined)
    export const e = d === a`,
  'an assertion at the end of a line, before a bracket': `
    const list: number[] = []
    const d = list as unknown
    [1, 2].forEach((n) => list.push(n))
    export const e = [d === list, list]`.replace('unknown\n', 'unknown;\n'),
  'declarations of types': `
    export interface A { readonly a: B }
    type B = { b: string } | undefined
    export type { Shape } from './other.ts'
    export const a: A = { a: undefined }`,
  'imports of every form': `
    import deflt, { one, twice as two, type Side } from './other.ts';
    import * as all from './other.ts';
    import './other.ts';
    const one1: Side = one;
    export const list = [deflt, one1, two(4), all.twice(1), all.default];
    export const object = { one, deflt, two: one };`,
  'an import of nothing but types, from a module that is not there': `
    import type { A } from './nowhere.ts';
    import { B } from './nowhere.ts';
    import { type C } from './nowhere.ts';
    export const a: A | B | C | undefined = undefined;`,
  'a call of an import': `
    import { self } from './other.ts'
    const before = 1
    self()
    export const a = [self(), before]
    if (before === 1) { self() }`,
  literals: `
    export const a = [/a+/giu.source, 10n, \`x\${1 + 1}y\`, 'it\\'s', -1, !0, typeof 1, void 0, null];
    export const b = a?.length ?? 0;
    export const c = { ['k' + 1]: 1, 'a-b': 2, 3: 4, ...{ d: 5 },
      get e(): number { return 6 }, f(): number { return 7 } };
    export const d = c.f() > 1 ? c['a-b'] : c.e;`,
  statements: `
    function sum(list: readonly number[]): number {
      let total = 0;
      for (const one of list) { total += one; }
      for (let i = 0; i < 2; i++) total++;
      try { if (total < 0) throw new Error('x'); else total--; } catch { return 0; }
      const { length = 1, ...rest } = list;
      const [first, , third = 3] = list;
      return total + length + (first ?? 0) + third + Object.keys(rest).length;
    }
    export const a = sum([1, 2, 3]);`,
  'functions that use imports': `
    import deflt, { one, twice as two } from './other.ts';
    import * as all from './other.ts';
    export const f = v => two(v) > one && (deflt !== 'x') ; // a comment
    export const g = (v: number): object => ({ one, v, deflt, all });
    export const h = async function (v?: number) { return all.twice((v ?? 0) as number) };
    export const o = { f(v: number): number { return two(v) }, get g() { return one } };`,
  'await at the top, and a default export': `
    import { one } from './other.ts';
    export const a = await Promise.resolve(one);
    export default { a, one };`,
  'names that are properties only': `
    import { one } from './other.ts';
    const o = { one: 2, two: { one: 3 } };
    export const a = [o.one, o.two.one, one];
    const { one: inner } = o;
    export const b = inner;`,
};

/** Modules that only Babel may compile. */
const OTHERS: Readonly<Record<string, string>> = {
  'a class': 'export class A { readonly a: number = 1 }',
  'an enum': 'export enum E { A }',
  'a namespace': 'export namespace N { export const a = 1; }',
  'a decorator': '@f class A {}\nexport const a = 1;',
  'a re-export': "export { one } from './other.ts';",
  'a re-export of everything': "export * from './other.ts';",
  'an export at the end': 'const a = 1; export { a };',
  'import.meta': 'export const a = import.meta.url;',
  'a dynamic import': "export const a = import('./other.ts');",
  'an import below': "export const a = 1;\nimport './other.ts';",
  'attributes of an import': "import a from './a.json' with { type: 'json' };\nexport const b = a;",
  'a local name like that of an import': "import { one } from './other.ts';\nexport const f = (one: number) => one;",
  'a parameter this': 'export function f(this: unknown) { return this; }',
  'a variable that changes': 'export let a = 1;',
  'several constants in a pattern': 'export const { a } = { a: 1 };',
  'an assertion in angle brackets': 'export const a = <number>1;',
  'an exported assignment': 'export = 1;',
  'an import that begins what an if does': "import { self } from './other.ts';\nif (true) self();",
  using: 'export const f = () => { using a = null; return a; };',
};

describe('a module compiled from its syntax tree', () => {
  let project: ContractProject;

  beforeAll(async () => {
    project = await ContractProject.create({ 'other.ts': OTHER });
  });

  afterAll(() => project.dispose());

  /** What a module exports, or why it does not load. */
  async function load(text: string, compile?: (text: string) => string): Promise<unknown> {
    const base = `${project.folder}/main.ts`;
    const plain = createJiti(base, { fsCache: false });
    const jiti = createJiti(base, {
      fsCache: false,
      moduleCache: false,
      interopDefault: false,
      transform: (options) => {
        const isMain = options.filename?.endsWith('module.ts') === true;
        return { code: isMain && compile !== undefined ? compile(options.source) : plain.transform(options) };
      },
    });
    await project.write('module.ts', text);
    const { ...values }: Record<string, unknown> = await jiti.import(`${project.folder}/module.ts`);
    return values;
  }

  test.each(Object.entries(PLAIN))('gives what Babel gives: %s', async (_, text) => {
    const compile = (source: string): string => {
      const code = new SourceText('module.ts', source).compiled('$x_');
      if (code === undefined) throw new Error('it was left to Babel');
      return code;
    };
    const { own, extra } = apart(await load(text, compile));
    const { own: expected } = apart(await load(text));
    expect(Object.keys(own)).not.toEqual([]);
    expect(asJson(own)).toEqual(asJson(expected));
    expect(Object.keys(own)).toEqual(Object.keys(expected));
    for (const name of Object.keys(own).filter((one) => one in extra)) expect(extra[name]).toBe(own[name]);
  });

  test.each(Object.entries(OTHERS))('is not tried for %s', (_, text) => {
    expect(new SourceText('module.ts', text).compiled('$x_')).toBeUndefined();
  });

  test('lets modules that import each other see what is there already', async () => {
    await project.write('cycle.ts', "import { a } from './module.ts'; export const b = () => a;");
    const text = "import { b } from './cycle.ts';\nexport const a = 1;\nexport const c = b();";
    const compile = (source: string): string => new SourceText('module.ts', source).compiled('$x_') ?? '';
    expect(await load(text, compile)).toMatchObject({ a: 1, c: 1 });
  });
});

/** What a module exports, and its constants under names of ours. */
function apart(values: unknown): Record<'own' | 'extra', Record<string, unknown>> {
  const entries = Object.entries(values as Record<string, unknown>);
  const own = entries.filter(([name]) => !name.startsWith('$x_'));
  const extra = entries.filter(([name]) => name.startsWith('$x_')).map(([name, value]) => [name.slice(3), value]);
  return { own: Object.fromEntries(own), extra: Object.fromEntries(extra) as Record<string, unknown> };
}

/** Functions by their digest, so that a lock does not depend on who has compiled them. */
function asJson(values: object): string {
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'function' ? functionDigest({ value }, 'value') : value;
  });
}
