import type { Resolver } from './resolver.ts';

/** Answers with what a test has put down for a name: endpoints, an error to fail with, or nothing for now. */
export class FakeResolver {
  readonly answers: Map<string, readonly string[] | Error | undefined> = new Map();
  /** Names that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #waiting: { readonly text: string; readonly answer: () => void }[] = [];

  constructor(answers: Readonly<Record<string, readonly string[] | Error>> = {}) {
    for (const [text, answer] of Object.entries(answers)) this.answers.set(text, answer);
  }

  resolve: Resolver = async ({ text }) => {
    this.asked.push(text);
    if (this.answers.get(text) === undefined) {
      await new Promise<void>((answer) => this.#waiting.push({ text, answer }));
    }
    const answer = this.answers.get(text);
    if (answer instanceof Error) throw answer;
    return answer ?? [];
  };

  /** Puts an answer down, and gives it to those who wait for one. */
  set(text: string, answer: readonly string[] | Error): void {
    this.answers.set(text, answer);
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.text === text) waiting.answer();
      else this.#waiting.push(waiting);
    }
  }
}

/** What a lookup of a name that is not there fails with. */
export function notFound(): Error {
  return Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
}
