import { grouped } from './progress.ts';

/** What a run came to. */
export interface Summary {
  readonly documents: number;
  readonly rendered: number;
  /** Documents without an answer. */
  readonly lost: number;
  /** Documents whose HTML differs from that of the single process. */
  readonly mismatched: number;
  /** Documents that needed more than one attempt. */
  readonly retried: number;
  readonly workersKilled: number;
  readonly brokerRestarts: number;
  readonly seconds: number;
}

/** What the table tells beyond the summary. */
export interface SummaryDetail {
  /** Files left out because they, or their HTML, exceed what a call carries. */
  readonly skipped: number;
  /** The farm alone, without the single-process rendering before it. */
  readonly farmSeconds: number;
  /** What a single process needs for as many documents, from the time it took for each pair. */
  readonly singleProcessSeconds: number;
  readonly index: string;
}

/** The sentences that make a run a failure; none when everything holds that the demo promises. */
export function violations(summary: Summary): string[] {
  const found: string[] = [];
  const { documents, rendered, lost, mismatched, workersKilled, brokerRestarts } = summary;
  if (documents === 0) found.push('There was nothing to render.');
  if (lost > 0) found.push(`${grouped(lost)} documents were lost.`);
  if (rendered !== documents) {
    found.push(`${grouped(rendered)} documents were rendered of ${grouped(documents)}.`);
  }
  if (mismatched > 0) {
    found.push(`${grouped(mismatched)} documents differ from the single-process rendering.`);
  }
  if (workersKilled !== 1) {
    found.push(`${workersKilled} workers were killed while they held a document; it should be 1.`);
  }
  if (brokerRestarts !== 1) {
    found.push(`The broker was restarted ${brokerRestarts} times in the midst; it should be once.`);
  }
  if (summary.retried === 0) found.push('No document was retried, so the failures showed nothing.');
  return found;
}

/** The one line that `--json` prints; with the reason when the run did not come to its end. */
export function summaryJson(summary: Summary, error?: string): string {
  const { documents, rendered, lost, mismatched, retried } = summary;
  const { workersKilled, brokerRestarts } = summary;
  const seconds = Math.round(summary.seconds * 10) / 10;
  return JSON.stringify({
    documents,
    rendered,
    lost,
    mismatched,
    retried,
    workersKilled,
    brokerRestarts,
    seconds,
    ...(error === undefined ? {} : { error }),
  });
}

/** The table at the end, one string a line. */
export function summaryTable(summary: Summary, detail: SummaryDetail): string[] {
  const { singleProcessSeconds, farmSeconds } = detail;
  const rows: [string, string][] = [
    ['documents', grouped(summary.documents)],
    ['rendered', grouped(summary.rendered)],
    ['lost', grouped(summary.lost)],
    ['different from one process', grouped(summary.mismatched)],
    ['retried', grouped(summary.retried)],
    ['files skipped as too large', grouped(detail.skipped)],
    ['workers killed', grouped(summary.workersKilled)],
    ['broker restarts', grouped(summary.brokerRestarts)],
    ['farm, with the failures', seconds(farmSeconds)],
    ['one process would need about', seconds(singleProcessSeconds)],
    ['whole demo', seconds(summary.seconds)],
  ];
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`);
  return [...lines, '', `  The pages: ${detail.index}`];
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
