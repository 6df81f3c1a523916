import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart } from '../bench/chart.ts';
import { savedResults } from '../bench/saved-results.ts';
import { CHART, PAGES, withTables } from './doc-tables.ts';

/** Writes what in `docs/` is printed from the source, tables and a chart: `corepack pnpm tables`. */
const root = fileURLToPath(new URL('..', import.meta.url));

for (const path of PAGES) write(path, withTables(readFileSync(`${root}${path}`, 'utf8')));
write(CHART, chart(savedResults()));

function write(path: string, text: string): void {
  const former = existsSync(`${root}${path}`) ? readFileSync(`${root}${path}`, 'utf8') : undefined;
  if (text !== former) writeFileSync(`${root}${path}`, text);
  process.stdout.write(`${text === former ? 'unchanged' : 'written'} ${path}\n`);
}
