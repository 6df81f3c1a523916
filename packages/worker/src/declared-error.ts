import type { Code } from '@reeve/protocol';
import { ReeveError, VERDICTS } from '@reeve/protocol';

/** Makes a declared error, as `ctx.error` gives it to a handler. Throws a `TypeError` if it is not declared. */
export function declaredError(
  methodName: string,
  declared: ReadonlyMap<string, { readonly code: Code }>,
  name: string,
  data: unknown,
): ReeveError {
  const code = declared.get(name)?.code;
  if (code === undefined) {
    const names = [...declared.keys()].map((known) => `"${known}"`).join(', ');
    throw new TypeError(`${methodName} declares no error "${name}"${names === '' ? '' : `, but ${names}`}`);
  }
  return ReeveError.of(VERDICTS.declared, `${methodName}: ${name}`, { code, declared: name, data });
}
