/** Seeds that once broke a promise, or were said to, each with what it was. They are run with the tests. */
export const REGRESSIONS: readonly (readonly [seed: number, what: string])[] = [
  [2, 'a waiting call of a client that was lost was promoted to run for its key'],
  [17, 'an idle pool was taken for a slow one, and calls were refused in the calm'],
  [263, 'a failure that was shared by a key said that nothing had run'],
  [482, 'the same, after a lease had run out'],
  [719, 'a client whose few calls were all on their long way was taken for one that is not served'],
  [20_047, 'a call was hedged past its deadline'],
  [20_435, 'what was recovered from another broker was taken for a second result of its key'],
  [20_744, 'a DISPATCH that had waited for room was taken for the latest of its call'],
  [21_379, 'a message that came again after two sessions was refused, which proved what was not so'],
  [22_050, 'a worker that had taken its leave was taken for one that died of its call'],
  [22_712, 'a REQUEST that had waited for room was taken for the latest attempt'],
];
