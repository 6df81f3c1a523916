import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTables } from './protocol-tables.ts';

/** Writes the tables of `docs/protocol.md` from the definitions in the source. */
const path = fileURLToPath(new URL('../docs/protocol.md', import.meta.url));
const page = readFileSync(path, 'utf8');
const filled = withTables(page);
if (filled !== page) writeFileSync(path, filled);
process.stdout.write(`docs/protocol.md ${filled === page ? 'is up to date' : 'written'}\n`);
