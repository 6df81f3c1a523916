/** Handlers that wait on a timer before they answer, as those do that wait for a database. */
export function takingMs(ms: number): Handlers {
  const after = <T>(value: T): Promise<T> => new Promise((done) => setTimeout(() => done(value), ms));
  return { add: ({ a, b }) => after({ sum: a + b }), echo: ({ body }) => after({ body }) };
}

interface Handlers {
  readonly add: (input: { a: number; b: number }) => Promise<{ sum: number }>;
  readonly echo: (input: { body: Uint8Array }) => Promise<{ body: Uint8Array }>;
}
