/**
 * The entry of the client process: asks for the documents, hashes what comes back and writes the pages. Arguments:
 * the broker's endpoint, the `node_modules` folder and the folder of the pages.
 */
import { once } from 'node:events';
import { type Reeve, connect } from '@reeve/client';
import { collectDocuments } from './documents.ts';
import { runChild, tell } from './farm-child.ts';
import type { Begin } from './farm-messages.ts';
import { DocsClient } from './generated/docs.client.ts';
import { htmlHash } from './html-hash.ts';
import { Pages } from './pages.ts';
import { distinctPairs, type Job, pairKey, planJobs } from './plan.ts';

async function main(): Promise<void> {
  const [endpoint = '', nodeModules = '', folder = ''] = process.argv.slice(2);
  const begun = once(process, 'message') as Promise<[Begin]>;
  const { documents } = await collectDocuments(nodeModules);
  const reeve = await connect({ brokers: [endpoint] });
  const statusTold = tellStatus(reeve);
  await tell({ kind: 'ready' });

  const [{ pairKeys, count }] = await begun;
  const wanted = new Set(pairKeys);
  const pairs = distinctPairs(documents).filter((pair) => wanted.has(pairKey(pair)));
  const pages = await Pages.create(folder, pairs.slice(0, count));
  await renderAll(new DocsClient(reeve), planJobs(pairs, count), pages);
  const index = await pages.finish(facts);
  await reeve.close();
  await statusTold;
  await tell({ kind: 'done', index });
}

/** Keeps as many calls under way as make sense, each lane taking the next document when it has an answer. */
async function renderAll(docs: DocsClient, jobs: readonly Job[], pages: Pages): Promise<void> {
  const queue = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of queue) await renderOne(docs, job, pages);
  };
  await Promise.all(Array.from({ length: callsInFlightMax }, lane));
}

async function renderOne(docs: DocsClient, job: Job, pages: Pages): Promise<void> {
  const { id, path, markdown, theme } = job;
  const result = await docs.safe.render({ path, markdown, theme }, { metadata: { job: String(id) } });
  if (!result.ok) return tell({ kind: 'lost', job: id, why: result.error.message });
  const { html, worker, attempt } = result.value;
  pages.add(job, html);
  await tell({ kind: 'rendered', job: id, hash: htmlHash(html), worker, attempt });
}

async function tellStatus(reeve: Reeve): Promise<void> {
  for await (const status of reeve.status()) await tell({ kind: 'status', status });
}

/**
 * Several times what the workers hold, so that none of them waits for the client. Not more: what is in flight when
 * the broker is killed is sent again, and waits behind the rest within its time limit.
 */
const callsInFlightMax = 48;

const facts =
  'Rendered by three worker processes that one client reached through a broker. One worker and the broker were ' +
  'killed meanwhile.';

await runChild(main);
