/** The oldest Node that Reeve runs on: what it needs of the language came with it. */
const OLDEST = 20;

/** What is wrong with a version of Node and what to do about it, or `undefined` if it will do. Such as `18.19.1`. */
export function nodeVersionProblem(version: string): VersionProblem | undefined {
  if (Number.parseInt(version, 10) >= OLDEST) return undefined;
  return {
    message: `Reeve needs Node ${OLDEST} or newer, and this is Node ${version}`,
    next: 'install a newer one from https://nodejs.org, then try again',
  };
}

export interface VersionProblem {
  readonly message: string;
  readonly next: string;
}
