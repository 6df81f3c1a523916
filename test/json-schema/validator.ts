import type { JsonSchema } from '@reeve/codegen';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Tells what is wrong with a value by one property of a method's schema; nothing, if it is taken. */
export function validator(schema: JsonSchema, property: string): (value: unknown) => readonly unknown[] {
  const { [property]: part } = schema['properties'] as Record<string, object>;
  // Strict: what it does not know in a schema is an error. Only the formats that the standard names are allowed.
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    formats: FORMATS,
  });
  const validate = ajv.compile({ ...part, $defs: schema['$defs'] ?? {} });
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

const FORMATS = {
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  duration: /^P/,
  email: /@/,
  hostname: true,
  ipv4: /^\d+\.\d+\.\d+\.\d+$/,
  ipv6: /:/,
  uri: /^[a-z]+:/i,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
} as const;
