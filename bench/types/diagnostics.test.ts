import { describe, expect, test } from 'vitest';
import { difference, parseDiagnostics } from './diagnostics.ts';

/** As TypeScript 7.0.2 prints it. */
const OUTPUT = `Files:              83
Lines:           58446
Types:           30937
Instantiations:  32860
Memory used:    61368K
Memory allocs:  256054
Check time:     0.370s
Total time:     0.631s
`;

describe('what tsc --extendedDiagnostics prints', () => {
  test('is read', () => {
    expect(parseDiagnostics(OUTPUT)).toEqual({
      types: 30_937,
      instantiations: 32_860,
      memoryKib: 61_368,
      checkSeconds: 0.37,
    });
  });

  test('counts for nothing if the program does not compile', () => {
    const failed = `main.ts(3,7): error TS2339: Property 'x' does not exist.\n${OUTPUT}`;
    expect(() => parseDiagnostics(failed)).toThrow('the program does not compile: main.ts(3,7): error TS2339');
  });

  test('is not guessed where a line is missing', () => {
    expect(() => parseDiagnostics(OUTPUT.replace(/^Instantiations.*$/m, ''))).toThrow('no line "Instantiations"');
  });

  test('is compared figure by figure', () => {
    const base = parseDiagnostics(OUTPUT);
    const calls = {
      types: base.types + 7,
      instantiations: base.instantiations + 3,
      memoryKib: 70_000,
      checkSeconds: 1,
    };
    expect(difference(calls, base)).toEqual({ types: 7, instantiations: 3, memoryKib: 8_632, checkSeconds: 0.63 });
  });
});
