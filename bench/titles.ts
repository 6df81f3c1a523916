import { SCENARIOS } from './scenarios.ts';

/** How a contender is called for people; what is none stays as it is. */
export function titleOf(contender: string): string {
  return TITLES.get(contender) ?? contender;
}

const TITLES: ReadonlyMap<string, string> = new Map(
  SCENARIOS.flatMap(({ contenders }) => contenders.map(({ name, title }) => [name, title] as const)),
);
