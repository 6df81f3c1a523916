export { CodegenError, type CodegenErrorDetails, type Position } from './codegen-error.ts';
export type { GeneratedFileResult } from './files/generated-folder.ts';
export { generate, type GenerateOptions, type GenerateResult, printService } from './generate.ts';
export type { ErrorModel, MethodModel, ServiceModel, SidesModel, TypeModel } from './model/model.ts';
export { descriptorOf } from './print/descriptor-file.ts';
export { type JsonSchema, jsonSchemaOf } from './print/json-schema.ts';
export type { ImportExtension, PrintOptions } from './print/service-names.ts';
export { readContracts, type Contracts } from './read/read-contract.ts';
