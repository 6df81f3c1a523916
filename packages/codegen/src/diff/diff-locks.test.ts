import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readService } from '../contract-project.test-support.ts';
import { type Lock, lockOf } from '../lock/lock.ts';
import { changeText, changesBetween, lockWith } from './diff.test-kit.ts';
import { diffLocks } from './diff-locks.ts';

const [BEFORE] = Object.values(lockWith({ input: z.string() }).services);
const EMPTY: Lock = { lockVersion: 1, services: {} };

describe('services and methods', () => {
  test('that come, go or get another version are told of', () => {
    const { m } = BEFORE?.methods ?? {};
    if (BEFORE === undefined || m === undefined) throw new Error('there is no service');
    const old = { lockVersion: 1 as const, services: { s: BEFORE, gone: BEFORE } };
    const service = { ...BEFORE, version: '2.0.0', doc: 'New.', methods: { other: m } };
    const fresh = { lockVersion: 1 as const, services: { s: service, more: BEFORE } };
    expect(diffLocks(old, fresh).map(changeText)).toEqual([
      'service-removed gone: breaking-for-callers',
      'service-added more: compatible',
      'version-changed s: compatible',
      'doc-changed s: compatible',
      'method-removed s.m: breaking-for-callers',
      'method-added s.other: compatible',
    ]);
    expect(diffLocks(EMPTY, EMPTY)).toEqual([]);
  });

  test('a change says what was and what is', () => {
    expect(diffLocks(lockWith({ input: z.string().max(5) }), lockWith({ input: z.string().min(1).max(4) }))).toEqual([
      {
        rule: 'length-narrowed',
        path: 's.m.input',
        old: '≤5',
        new: '1..4',
        callers: 'breaking',
        workers: 'fine',
      },
    ]);
  });
});

describe('several changes', () => {
  test('are told of one by one, each at its place', () => {
    const old = z.object({
      lines: z.array(z.object({ sku: z.string(), 'a b': z.int() })).max(10),
      tags: z.record(z.string(), z.enum(['x', 'y'])),
    });
    const fresh = z.object({
      lines: z.array(z.object({ sku: z.uuid(), 'a b': z.number(), note: z.string() })).max(9),
      tags: z.record(z.string(), z.enum(['y', 'z'])).nullable(),
    });
    expect(changesBetween({ input: old }, { input: fresh })).toEqual([
      'length-narrowed s.m.input.lines: breaking-for-callers',
      'integer-removed s.m.input.lines[]["a b"]: breaking-for-workers',
      'format-added s.m.input.lines[].sku: breaking-for-callers',
      'required-field-added s.m.input.lines[].note: breaking-for-callers',
      'nullable-added s.m.input.tags: breaking-for-workers',
      'enum-value-removed s.m.input.tags[]: breaking-for-callers',
      'enum-value-added s.m.input.tags[]: breaking-for-workers',
    ]);
  });

  test('a check after a change of the value is doubtful before it and plain after it', () => {
    const [old, fresh] = [z.string().trim().max(5), z.string().trim().max(6)];
    expect(changesBetween({ input: old, output: old }, { input: fresh, output: fresh })).toEqual([
      'refinement-changed s.m.input: unproved',
      'length-widened s.m.output: breaking-for-callers',
    ]);
  });

  test('an option that moves into another one breaks nobody', () => {
    const old = z.union([z.literal('a'), z.int()]);
    const fresh = z.union([z.string(), z.int()]);
    expect(changesBetween({ input: old }, { input: fresh })).toEqual([
      'union-option-removed s.m.input: compatible',
      'union-option-added s.m.input: breaking-for-workers',
    ]);
  });
});

describe('types that contain themselves', () => {
  const tree = (leaf: string, name = 'Tree'): Promise<Lock> =>
    readService(`
      const ${name} = z.object({ leaf: ${leaf}, get kids() { return z.array(${name}); } });
      export const S = service('s', {
        version: '1.0.0',
        methods: { m: method({ input: ${name}, output: z.union([z.int(), z.array(${name})]) }) },
      });`).then((service) => lockOf([service]));

  test('are told of once for each way', async () => {
    expect(diffLocks(await tree('z.int()'), await tree('z.int().max(5)')).map(changeText)).toEqual([
      'range-narrowed s.m.input.leaf: breaking-for-callers',
      'range-narrowed s.m.output[].leaf: breaking-for-workers',
    ]);
    expect(diffLocks(await tree('z.int()'), await tree('z.int()'))).toEqual([]);
  });

  test('a new name of a type is seen, and harms nobody', async () => {
    expect(diffLocks(await tree('z.int()'), await tree('z.int()', 'Plant')).map(changeText)).toEqual([
      'type-renamed s.m.input: compatible',
      'type-renamed s.m.output[]: compatible',
    ]);
  });

  test('end, even where their steps are of different lengths, and where types use each other over and over', () => {
    const shape = (step: number): Lock => {
      const nest = (depth: number): object =>
        depth === 0
          ? { kind: 'ref', name: 'T' }
          : { kind: 'object', fields: { a: nest(depth - 1), b: { kind: 'ref', name: 'T' } } };
      const lock = lockWith({});
      const [service] = Object.values(lock.services);
      const m = { ...service?.methods['m'], input: { kind: 'ref', name: 'T' } };
      return { ...lock, services: { s: { ...service, methods: { m }, types: { T: nest(step) } } } } as unknown as Lock;
    };
    expect(diffLocks(shape(2), shape(3))).toEqual([]);
    expect(diffLocks(shape(5), shape(7))).toEqual([]);
  });
});
