/** The entry of a worker process. Arguments: the broker's endpoint and the worker's name. SIGTERM drains it. */
import { serve } from '@reeve/worker';
import { runChild, tell } from './farm-child.ts';
import { serveDocs } from './generated/docs.worker.ts';
import { createRenderer } from './render.ts';
import { StartNotes } from './start-notes.ts';

async function main(): Promise<void> {
  const [endpoint = '', label = ''] = process.argv.slice(2);
  const notes = new StartNotes();
  const render = await createRenderer();
  const worker = await serve({
    brokers: [endpoint],
    label,
    concurrency,
    prefetch,
    services: [
      serveDocs({
        async render({ markdown, theme }, ctx) {
          const job = Number(ctx.metadata['job']);
          await notes.note(job);
          const html = render(markdown, theme);
          await tell({ kind: 'finished', job });
          return { html, worker: label, attempt: ctx.attempt };
        },
      }),
    ],
  });
  process.once('SIGTERM', () => void worker.drain());
  await worker.ready();
  await tell({ kind: 'ready' });
  await worker.closed();
}

/** One document is rendered at a time, there is one thread; the other one's start is noted meanwhile. */
const concurrency = 2;

/** Enough to hide the way to the broker. What waits here waits behind others, and waits anew if the worker dies. */
const prefetch = 2;

await runChild(main);
