/** A path as one would write it in code: `lines[3].sku`, `byName["a b"]`. Long ones are cut. */
export function issuePathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (PLAIN_KEY.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(String(key).slice(0, PATH_LENGTH_MAX))}]`;
    if (text.length > PATH_LENGTH_MAX) return `${text.slice(0, PATH_LENGTH_MAX)}…`;
  }
  return text;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]{0,63}$/;

/** Longer than any path that an author would write; keys of records come from outside. */
const PATH_LENGTH_MAX = 200;
