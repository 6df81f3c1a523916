import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PAGES, withTables } from './doc-tables.ts';

/** Writes the tables in `docs/` that are printed from the source: `corepack pnpm tables`. */
const root = fileURLToPath(new URL('..', import.meta.url));

for (const path of PAGES) {
  const page = readFileSync(`${root}${path}`, 'utf8');
  const filled = withTables(page);
  if (filled !== page) writeFileSync(`${root}${path}`, filled);
  process.stdout.write(`${filled === page ? 'unchanged' : 'written'} ${path}\n`);
}
