import { fileURLToPath } from 'node:url';

/**
 * Runs the `reeve` command from its source: `corepack pnpm --silent reeve call calc.add '{"a":1,"b":2}' --json`.
 *
 * pnpm starts a script in the folder of the package.json; INIT_CWD is where the caller stood, and the caller's paths
 * are relative to that.
 */
process.chdir(process.env['INIT_CWD'] ?? process.cwd());

const main = new URL('../packages/cli/src/main.ts', import.meta.url);
process.argv[1] = fileURLToPath(main);
await import(main.href);
