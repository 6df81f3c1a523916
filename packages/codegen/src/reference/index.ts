/** What is printed from descriptions. Loads neither the compiler nor Zod. */
export { factsOf } from './facts.ts';
export { type FieldRow, fieldRows, namedShapes } from './field-rows.ts';
export { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
export { methodSchema, shapesOf } from './method-schema.ts';
export { deliveryText, durationText } from '../print/method-doc.ts';
export { signatureText } from './signature.ts';
