import type { MethodDescription } from '@reeve/protocol';
import { pascalCase } from '../model/type-names.ts';
import { COLUMNS_MAX } from '../print/generated-file.ts';
import { typeText } from '../print/type-text.ts';

/** A method as its stub declares it. Types that would not fit on the line have the names that they have there. */
export function signatureText(name: string, { input, output }: MethodDescription): string {
  const typeName = pascalCase(name);
  const given = input.kind === 'undefined' ? '' : `input: ${shortType(input, `${typeName}Input`)}`;
  const result = output.kind === 'undefined' ? 'void' : shortType(output, `${typeName}Output`);
  return `${name}(${given}): Promise<${result}>`;
}

function shortType(shape: MethodDescription['input'], name: string): string {
  const text = typeText(shape);
  return text.includes('\n') || text.length > COLUMNS_MAX / 2 ? name : text;
}
