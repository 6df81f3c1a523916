export { type AmbiguousUnion, findAmbiguousUnion } from './ambiguous-union.ts';
export { type CompiledShape, compileShape } from './compile.ts';
export { type Issue, pathText } from './issues.ts';
export { mergeObjects } from './merge-objects.ts';
export type {
  AnyShape,
  ArrayShape,
  BigintShape,
  BooleanShape,
  BytesShape,
  DateShape,
  EnumShape,
  IntersectionShape,
  LiteralShape,
  MapShape,
  NeverShape,
  NullableShape,
  NullShape,
  NumberShape,
  ObjectShape,
  RecordShape,
  RefShape,
  SetShape,
  Shape,
  Shapes,
  StringShape,
  TemplateShape,
  TupleShape,
  UndefinedShape,
  UnionShape,
} from './shape.ts';
