interface Payload {
  readonly value: string;
  readonly issues: { readonly expected?: unknown; readonly values?: readonly string[] }[];
}

/**
 * The words that `z.stringbool()` takes, each with what it means, in alphabetical order; undefined for other schemas.
 *
 * They are seen nowhere but in what its code does, and that code reads the same for all words.
 */
export function stringboolWords(def: object): readonly (readonly [word: string, meaning: unknown])[] | undefined {
  const { transform } = def as { readonly transform?: (word: string, payload: Payload) => unknown };
  if (typeof transform !== 'function' || !IS_STRINGBOOL.test(String(transform))) return undefined;
  const meaningOf = (value: string): { meaning: unknown; issues: Payload['issues'] } => {
    const payload: Payload = { value, issues: [] };
    return { meaning: transform(value, payload), issues: payload.issues };
  };
  const words = meaningOf(NO_WORD).issues.flatMap(({ values = [] }) => values);
  // Where case does not matter, words are told in small letters, and large ones mean the same.
  const all = [...new Set(words.flatMap((word) => [word, word.toUpperCase()]))].toSorted();
  return all.flatMap((word) => {
    const { meaning, issues } = meaningOf(word);
    return issues.length === 0 ? [[word, meaning] as const] : [];
  });
}

/** What Zod's own code says of a wrong word; it is not run unless it says that. */
const IS_STRINGBOOL = /expected:\s*["'`]stringbool["'`]/;

const NO_WORD = '\u0000';
