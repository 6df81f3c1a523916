/** A promise that somebody else keeps. */
export class Deferred {
  readonly promise: Promise<void>;
  resolve!: () => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Who does not ask is not to be told by a crash of the process.
    this.promise.catch(() => undefined);
  }
}
