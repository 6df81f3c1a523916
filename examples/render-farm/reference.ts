/**
 * The entry of the reference process: renders every pair once, one after the other, and reports a
 * hash of each to its parent. Arguments: the `node_modules` folder and the most pairs to render.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectDocuments } from './documents.ts';
import { htmlHash } from './html-hash.ts';
import { distinctPairs, type Pair, pairKey } from './plan.ts';
import type { ReferenceMessage, RenderedPair } from './reference-run.ts';
import { createRenderer, type Render } from './render.ts';

async function main(nodeModules: string, pairCountMax: number): Promise<void> {
  const { documents } = await collectDocuments(nodeModules);
  const pairs = distinctPairs(documents).slice(0, pairCountMax);
  await report({ kind: 'started', total: pairs.length });
  const render = await createRenderer();
  for (const pair of pairs) {
    await report({ kind: 'rendered', pair: renderPair(render, pair) });
    // Lets a lost parent be noticed between two documents.
    await nextTurn();
  }
  await report({ kind: 'finished' });
}

function renderPair(render: Render, pair: Pair): RenderedPair {
  const startedMs = performance.now();
  const html = render(pair.markdown, pair.theme);
  const ms = performance.now() - startedMs;
  const htmlBytes = Buffer.byteLength(html, 'utf8');
  return { key: pairKey(pair), hash: htmlHash(html), htmlBytes, ms };
}

/** Resolves when the parent's end of the channel has the message, so that none is lost at the end. */
function report(message: ReferenceMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

process.once('disconnect', () => process.exit());
const [nodeModules = 'node_modules', pairCountMax = 'Infinity'] = process.argv.slice(2);
try {
  await main(nodeModules, Number(pairCountMax));
} catch (error) {
  await report({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
process.disconnect();
