/**
 * The promises that are checked, by the names under which they are told. What each means stands in the table of
 * `docs/testing.md`. `wire` and `crash` are told as well, but are no promises: who breaks them breaks the storm.
 */
export const RULES: readonly string[] = [
  ...['S1', 'S2', 'S3', 'S4', 'S5', 'S5b', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11'],
  ...['P1', 'T1', 'C1', 'H1', 'I1', 'L1', 'L2', 'F1'],
];
