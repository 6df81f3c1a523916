import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ENVELOPE } from '../packages/protocol/src/envelope.ts';
import { goldenMessages, goldenText } from '../packages/protocol/src/golden.test-kit.ts';

/**
 * Writes the golden messages of the version that the source speaks. Messages that are there already and differ are
 * left alone: their bytes are what other programs send. With `--overwrite` they are written, for a version that was
 * never released.
 */
const folder = fileURLToPath(new URL(`../packages/protocol/golden/v${ENVELOPE.version}/`, import.meta.url));
const mayOverwrite = process.argv.includes('--overwrite');
let differing = 0;

mkdirSync(folder, { recursive: true });
for (const golden of goldenMessages()) {
  const path = `${folder}${golden.name}.json`;
  const text = goldenText(golden);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (existsSync(path) && !mayOverwrite) {
    differing += 1;
    process.stdout.write(`differs  ${golden.name}\n`);
    continue;
  }
  writeFileSync(path, text);
  process.stdout.write(`written  ${golden.name}\n`);
}
if (differing > 0) {
  process.stdout.write(
    'These bytes changed. For a version that was never released: corepack pnpm golden --overwrite\n',
  );
  process.exitCode = 1;
}
