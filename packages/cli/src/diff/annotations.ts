import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { beforeAndAfter, wordsOf } from './change-lines.ts';
import type { Judged } from './judge.ts';

/**
 * Workflow commands of GitHub Actions: an error for what fails the check, a warning for what is in doubt otherwise.
 * What is compatible is not worth a note.
 */
export async function annotations(
  changes: readonly Judged[],
  files: Readonly<Record<string, string>>,
  cwd: string,
): Promise<string[]> {
  const texts = new Map<string, readonly string[]>();
  const lines: string[] = [];
  for (const change of changes) {
    if (change.verdict === 'compatible') continue;
    const [service = '', ...parts] = change.path.split('.');
    const file = Object.hasOwn(files, service) ? files[service] : undefined;
    const place = file === undefined ? [] : await placeOf(file, parts, texts, cwd);
    const properties = [...place, `title=${property(`reeve diff: ${change.rule}`)}`].join(',');
    const details = [change.what, beforeAndAfter(change)].filter((text) => text !== '').join('; ');
    const message = `${change.path}: ${wordsOf(change)}: ${details}`;
    lines.push(`::${change.fails ? 'error' : 'warning'} ${properties}::${data(message)}`);
  }
  return lines;
}

/** The line where the method or, within it, the field is written, as well as can be told from the text. */
async function placeOf(
  file: string,
  [method = '', , ...fields]: readonly string[],
  texts: Map<string, readonly string[]>,
  cwd: string,
): Promise<string[]> {
  const text = texts.get(file) ?? (await readFile(file, 'utf8').catch(() => '')).split('\n');
  texts.set(file, text);
  let line = text.findIndex((one) => isAtStart(one, method));
  if (line < 0) line = text.findIndex((one) => names(one, method));
  const end = line < 0 ? 0 : endOfBlock(text, line);
  for (const field of line < 0 ? [] : fields) {
    const deeper = text.findIndex((one, index) => index > line && index < end && isAtStart(one, field));
    if (deeper < 0) break;
    line = deeper;
  }
  const path = relative(cwd, file).split(sep).join('/');
  return [`file=${property(path)}`, ...(line < 0 ? [] : [`line=${line + 1}`])];
}

/** Whether a line begins with a name that something is given. `part` is of a path, such as `lines[]`. */
function isAtStart(line: string, part: string): boolean {
  return /^\s*(?:get )?["']?([\w$]+)["']?\s*[:(]/.exec(line)?.[1] === nameOf(part);
}

function names(line: string, part: string): boolean {
  return [...line.matchAll(/([\w$]+)["']?\s*:/g)].some(([, name]) => name === nameOf(part));
}

function nameOf(part: string): string {
  return part.split(/[[(]/)[0] ?? '';
}

/** The first line after `start` that is indented no deeper. */
function endOfBlock(text: readonly string[], start: number): number {
  const depth = text[start]?.search(/\S/) ?? 0;
  const end = text.findIndex((one, index) => index > start && /\S/.test(one) && one.search(/\S/) <= depth);
  return end < 0 ? text.length : end;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
