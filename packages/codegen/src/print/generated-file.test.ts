import { describe, expect, test } from 'vitest';
import { pascalCase } from '../model/type-names.ts';
import { GeneratedFile, jsDocLines, methodText, propertyText, stringText } from './generated-file.ts';

describe('imports', () => {
  test('are collected, merged and sorted, packages first', () => {
    const file = new GeneratedFile(['// Made.']);
    file.print('export const x = 1;');
    file.importType('B', './b.js');
    file.import('a', '@reeve/client');
    file.importType('Z', '@reeve/client');
    file.importType('a', '@reeve/client');
    file.import('up', '../up.js');
    file.importDefault('Whole', './whole.js');
    expect(file.toString()).toBe(
      [
        '// Made.',
        '',
        "import { a, type Z } from '@reeve/client';",
        "import { up } from '../up.js';",
        "import type { B } from './b.js';",
        "import Whole from './whole.js';",
        '',
        'export const x = 1;',
        '',
      ].join('\n'),
    );
  });

  test('that do not fit on a line take one line for each name', () => {
    const file = new GeneratedFile([]);
    const names = ['alpha', 'beta', 'gamma'].map((name) => name.repeat(8));
    for (const name of names) file.import(name, './x.js');
    expect(file.toString()).toBe(`import {\n${names.map((name) => `  ${name},\n`).join('')}} from './x.js';\n`);
  });

  test('of a default and names go together', () => {
    const file = new GeneratedFile([]);
    file.importDefault('Whole', './x.js');
    file.importType('Part', './x.js');
    expect(file.toString()).toBe("import Whole, { type Part } from './x.js';\n");
  });
});

describe('printing', () => {
  test('indents blocks and keeps gaps single', () => {
    const file = new GeneratedFile([]);
    file.block('class A {', () => {
      file.gap();
      file.print('a = 1;');
      file.gap();
      file.gap();
      file.block('b() {', () => file.print('return [', '  1,', '];'));
    });
    expect(file.toString()).toBe('class A {\n  a = 1;\n\n  b() {\n    return [\n      1,\n    ];\n  }\n}\n');
  });
});

describe('doc comments', () => {
  test('take one line or several, or none', () => {
    expect(jsDocLines('One.')).toEqual(['/** One. */']);
    expect(jsDocLines(' One.\n\n  Two. ')).toEqual(['/**', ' * One.', ' *', ' * Two.', ' */']);
    expect(jsDocLines('')).toEqual([]);
    expect(jsDocLines(undefined)).toEqual([]);
  });

  test('cannot be ended by what is in them', () => {
    expect(jsDocLines('a */ b')).toEqual(['/** a *\\/ b */']);
  });
});

test.each([
  ['plain', "'plain'"],
  ["it's", "'it\\'s'"],
  ['"x"', '\'"x"\''],
  ['a\nb\\c', "'a\\nb\\\\c'"],
  ['\u2028', "'\\u2028'"],
  ['${x}', "'${x}'"],
])('the string %j is written %s', (text, written) => {
  expect(stringText(text)).toBe(written);
});

test.each([
  ['a', 'a'],
  ['$a1', '$a1'],
  ['a-b', "'a-b'"],
  ['1a', "'1a'"],
  ['', "''"],
])('the property %j is written %s', (name, written) => {
  expect(propertyText(name)).toBe(written);
});

describe('names', () => {
  test.each([
    ['a', 'a'],
    ['$a_1', '$a_1'],
    ['größe', 'größe'],
    ['名', '名'],
    ['1a', "'1a'"],
    ['a-b', "'a-b'"],
    ['', "''"],
    ['new', 'new'],
  ])('of a property: %s', (name, text) => {
    expect(propertyText(name)).toBe(text);
  });

  test('of a method do not make it a constructor', () => {
    expect(['new', 'delete', 'a'].map(methodText)).toEqual(["'new'", 'delete', 'a']);
  });

  test.each([
    ['out_of_stock', 'OutOfStock'],
    ['OUT_OF_STOCK', 'OutOfStock'],
    ['lineItem', 'LineItem'],
    ['größe', 'Größe'],
    ['$dollar', 'Dollar'],
    ['_', 'Type'],
    ['$', 'Type'],
    ['2fast', '_2fast'],
    ['名', '名'],
  ])('of a type: %s', (name, text) => {
    expect(pascalCase(name)).toBe(text);
  });
});
