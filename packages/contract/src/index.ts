export { ContractError } from './contract-error.ts';
export type { DeclaredError, DeclaredErrors, ErrorDeclaration, ErrorDeclarations } from './declared-error.ts';
export type {
  CallErrorData,
  CallInput,
  CallOutput,
  ErrorName,
  HandlerErrorData,
  HandlerInput,
  HandlerOutput,
  MethodName,
} from './derived.ts';
export { ERROR_CODES, type ErrorCode } from './error-code.ts';
export type { KeyPath } from './key-path.ts';
export { type Method, method, type MethodOptions } from './method.ts';
export { isService, type Methods, type Service, service, type ServiceOptions } from './service.ts';
export { type Validated, type ValidationIssue, type Validator, validator } from './validator.ts';
