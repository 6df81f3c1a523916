/**
 * Turns what is logged into one line: the message, those fields that it does not name itself, and what was thrown with
 * the place in the user's code where that was.
 */
export function logLine(message: string, fields: object): string {
  const { err, ...rest } = fields as { err?: unknown };
  const shown = Object.entries(rest).filter(([name, value]) => WORTH_SHOWING.has(name) && !isIn(message, value));
  const details = shown.map(([name, value]) => `${WORTH_SHOWING.get(name)} ${String(value)}`).join(', ');
  const why = err === undefined ? '' : `: ${thrownText(err)}`;
  return `${oneLine(message)}${details === '' ? '' : ` (${details})`}${why}`;
}

/** A text of somebody else's may have several lines; ours has one. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function thrownText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return oneLine(String(thrown));
  const place = placeOf(thrown);
  const text = `${thrown.name}: ${oneLine(thrown.message)}`;
  return place === undefined ? text : `${text} (at ${place})`;
}

/** Where it was thrown, if that is code of the user's. */
function placeOf({ stack = '' }: Error): string | undefined {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((frame) => !/node:|[\\/]node_modules[\\/]/.test(frame));
  return own === undefined ? undefined : /(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/.exec(own)?.[1];
}

function isIn(message: string, value: unknown): boolean {
  return message.includes(String(value));
}

/** Fields that tell a person something, and what they are called. */
const WORTH_SHOWING: ReadonlyMap<string, string> = new Map([
  ['worker', 'worker'],
  ['services', 'serves'],
  ['why', 'why:'],
  ['calls', 'calls under way:'],
  ['callId', 'call'],
]);
