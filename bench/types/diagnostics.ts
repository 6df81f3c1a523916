/** What the compiler says that a program took. */
export interface Diagnostics {
  readonly types: number;
  readonly instantiations: number;
  readonly memoryKib: number;
  readonly checkSeconds: number;
}

/** Reads the output of `tsc --extendedDiagnostics`. Throws if the program has errors, or a figure is missing. */
export function parseDiagnostics(output: string): Diagnostics {
  const error = output.split('\n').find((line) => /\berror TS\d+/.test(line));
  if (error !== undefined) throw new Error(`the program does not compile: ${error.trim()}`);
  return {
    types: figure(output, 'Types', ''),
    instantiations: figure(output, 'Instantiations', ''),
    memoryKib: figure(output, 'Memory used', 'K'),
    checkSeconds: figure(output, 'Check time', 's'),
  };
}

/** What the calls took: the program with them, minus the one without. */
export function difference(withCalls: Diagnostics, without: Diagnostics): Diagnostics {
  return {
    types: withCalls.types - without.types,
    instantiations: withCalls.instantiations - without.instantiations,
    memoryKib: withCalls.memoryKib - without.memoryKib,
    checkSeconds: Math.round((withCalls.checkSeconds - without.checkSeconds) * 1_000) / 1_000,
  };
}

function figure(output: string, name: string, unit: string): number {
  const match = new RegExp(`^${name}:\\s+([\\d.]+)${unit}$`, 'm').exec(output);
  if (match?.[1] === undefined) throw new Error(`tsc printed no line "${name}"; does it know --extendedDiagnostics?`);
  return Number(match[1]);
}
