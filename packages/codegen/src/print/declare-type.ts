import type { Shape } from '@reeve/protocol';
import type { GeneratedFile } from './generated-file.ts';
import { fieldLines, typeText } from './type-text.ts';

/** Prints `export interface` for an object, else `export type`. */
export function declareType(
  file: GeneratedFile,
  name: string,
  shape: Shape,
  doc: string | undefined = shape.doc,
): void {
  file.gap();
  file.jsDoc(doc);
  const isInterface = shape.kind === 'object' && shape.catchall === undefined && Object.keys(shape.fields).length > 0;
  if (isInterface) {
    file.block(`export interface ${name} {`, () => file.print(...fieldLines(shape)));
    return;
  }
  const type = typeText(shape, name.length + 15);
  file.print(`export type ${name} =${type.startsWith('\n') ? '' : ' '}${type};`);
}
