import type { ErrorDescription, MethodDescription, ServiceDescription, Shape } from '@reeve/protocol';
import { mapParts } from '../model/map-shape.ts';
import type { ErrorModel, MethodModel, ServiceModel } from '../model/model.ts';

/** What a service's contract says to people. Of rules only those are left that a reader understands. */
export function descriptionOf({ name, version, doc, methods, types }: ServiceModel): ServiceDescription {
  return {
    name,
    version,
    ...(doc === undefined ? {} : { doc }),
    methods: Object.fromEntries(methods.map((method) => [method.name, methodDescriptionOf(method)])),
    shapes: Object.fromEntries(types.map((type) => [type.name, forPeople(type.shape)])),
  };
}

function methodDescriptionOf(method: MethodModel): MethodDescription {
  const { fingerprint, doc, idempotent, key, timeoutMs, leaseMs, finish, input, output, errors } = method;
  return {
    fingerprint,
    ...(doc === undefined ? {} : { doc }),
    idempotent,
    key,
    timeoutMs,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(finish ? { finish } : {}),
    input: forPeople(input.wire),
    output: forPeople(output.wire),
    errors: Object.fromEntries(errors.map((error) => [error.name, errorDescriptionOf(error)])),
  };
}

function errorDescriptionOf({ code, doc, data }: ErrorModel): ErrorDescription {
  return {
    code,
    ...(doc === undefined ? {} : { doc }),
    ...(data === undefined ? {} : { data: forPeople(data.wire) }),
  };
}

/** Digests of code say nothing to people, nor does what makes a type read-only. */
function forPeople(shape: Shape): Shape {
  const { rules = [], ...rest } = shape;
  const kept = beforeTransform(rules).filter((rule) => FOR_PEOPLE.test(rule));
  if ('readonly' in rest) delete (rest as { readonly?: boolean }).readonly;
  if (rest.kind === 'object') delete (rest as { exact?: readonly string[] }).exact;
  return mapParts(kept.length === 0 ? rest : { ...rest, rules: kept }, forPeople);
}

/** A pattern after a transform is one of what the transform made. A default is not: it stands for what is absent. */
function beforeTransform(rules: readonly string[]): readonly string[] {
  const at = rules.findIndex((rule) => rule.startsWith('transform '));
  return at < 0 ? rules : rules.filter((rule, index) => index < at || rule.startsWith('default '));
}

const FOR_PEOPLE = /^(?:pattern|multiple-of|format-options|default) (?!computed$)/;
