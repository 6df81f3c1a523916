import { expect, test } from 'vitest';
import { functionText } from './function-text.ts';

/** What `String` would give for a function with this text. */
function textOf(text: string): string {
  return functionText({ toString: () => text });
}

test.each([
  ['(v) => v > 1', 'v=>v>1'],
  ['(v) => v.startsWith("a")', "(v) => v.startsWith('a')"],
  ['(v) => { return v > 1; }', '(v) => {\n  // why\n  return (v > 1)\n}'],
  ['(v) => [1, 2].includes(v)', '(v) => [\n  1,\n  2,\n].includes(v)'],
  ['(v) => (0, _other.check)(v)', '(v) => (0, $module_0.check)(v)'],
  ['(v) => _other.limits.max > v', '(v) => $module_3.limits.max > v'],
  ['check(v) { return v }', 'check (v) { return v; }'],
  ['async get(v) { return v }', 'async get(v){return v}'],
  ['function () { [native code] }', 'function  () {  [native code] }'],
])('%s reads like %s', (a, b) => {
  expect(textOf(a)).toBe(textOf(b));
});

test.each([
  ['(v) => v > 1', '(v) => v > 2'],
  ['(v) => v > 1', '(v) => v >= 1'],
  ['(v) => v > 1', '(w) => v > 1'],
  ['(v) => (v + 1) * 2', '(v) => v + 1 * 2'],
  ['(v) => v === "a b"', '(v) => v === "ab"'],
  ['(v) => -v', '(v) => +v'],
  ['(v) => v++', '(v) => v--'],
  ['(v) => `a${v}`', '(v) => `b${v}`'],
  ['(v) => /a/.test(v)', '(v) => /a/i.test(v)'],
  ['(v) => { let a = v; return a }', '(v) => { const a = v; return a }'],
  ['(v) => (0, _other.check)(v)', '(v) => (0, _other.test)(v)'],
  ['(v) => v.a.b', '(v) => v.a.c'],
  ['(v) => !v', '(v) => v'],
  ['(v) => true', '(v) => false'],
  ['async (v) => v', '(v) => v'],
  ['function* (v) { yield v }', 'function (v) { yield v }'],
  ['a(v) { return v }', 'b(v) { return v }'],
  ['({ a = 1, ...b }) => b', '({ a = 2, ...b }) => b'],
  ['(v) => v?.a', '(v) => v.a'],
])('%s does not read like %s', (a, b) => {
  expect(textOf(a)).not.toBe(textOf(b));
});
