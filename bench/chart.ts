import { significant } from './figures.ts';
import type { Results, Row } from './results.ts';
import { titleOf } from './titles.ts';

/** A chart of the calls per second of every contender, a panel for each number of calls in flight, as SVG. */
export function chart({ rows }: Pick<Results, 'rows'>): string {
  const measured = rows.filter((row) => row.scenario === 'inflight' && row.figures['callsPerSecond'] !== undefined);
  const loads = [...new Set(measured.map(({ load }) => load))];
  const panels = loads.map((load) => measured.filter((row) => row.load === load));
  const heights = panels.map(panelHeight);
  const height = MARGIN + heights.reduce((sum, one) => sum + one, 0);
  const body = panels.map((panel, i) => {
    const top = MARGIN + heights.slice(0, i).reduce((sum, one) => sum + one, 0);
    return drawPanel(loads[i]!, panel, top);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`,
    `  font-family="sans-serif" font-size="13" role="img" aria-label="Calls per second, by calls in flight">`,
    // On its own ground: pages are dark for some readers.
    `  <rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...body.flat().map((line) => `  ${line}`),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(load: string, rows: readonly Row[], top: number): string[] {
  const most = Math.max(...rows.map((row) => row.figures['callsPerSecond']!.max));
  const title = text(MARGIN, top + TITLE_HEIGHT - 12, `${load}: calls per second`, 'font-weight="bold"');
  return [title, ...rows.flatMap((row, i) => drawBar(row, top + TITLE_HEIGHT + i * ROW_HEIGHT, BAR_WIDTH / most))];
}

/** A bar as long as the median, and a line from the lowest round to the highest. */
function drawBar({ contender, figures }: Row, top: number, scale: number): string[] {
  const { median, min, max } = figures['callsPerSecond']!;
  const [length, from, to] = [median, min, max].map((value) => Number((value * scale).toFixed(1))) as [
    number,
    number,
    number,
  ];
  const middle = top + BAR_HEIGHT / 2;
  const [x1, x2] = [BAR_LEFT + from, BAR_LEFT + to];
  const fill = contender === 'reeve' ? '#1d6fb8' : '#9aa5b1';
  return [
    text(BAR_LEFT - 8, middle + 4, titleOf(contender), 'text-anchor="end"'),
    `<rect x="${BAR_LEFT}" y="${top}" width="${length}" height="${BAR_HEIGHT}" fill="${fill}"/>`,
    `<line x1="${x1}" x2="${x2}" y1="${middle}" y2="${middle}" stroke="#1b2733" stroke-width="1.5"/>`,
    text(BAR_LEFT + Math.max(length, to) + 8, middle + 4, significant(median)),
  ];
}

function text(x: number, y: number, words: string, more = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${Number(x.toFixed(1))}" y="${y}" fill="#1b2733"${more && ' '}${more}>${safe}</text>`;
}

function panelHeight(rows: readonly Row[]): number {
  return TITLE_HEIGHT + rows.length * ROW_HEIGHT + MARGIN;
}

const WIDTH = 760;
const MARGIN = 16;
const TITLE_HEIGHT = 28;
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 14;
const BAR_LEFT = 180;
/** Leaves room for the figure after the longest bar. */
const BAR_WIDTH = 490;
