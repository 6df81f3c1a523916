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
    const [service = '', method] = change.path.split('.');
    const file = Object.hasOwn(files, service) ? files[service] : undefined;
    const place = file === undefined ? [] : await placeOf(file, method, texts, cwd);
    const properties = [...place, `title=${property(`reeve diff: ${change.rule}`)}`].join(',');
    const details = [change.what, beforeAndAfter(change)].filter((text) => text !== '').join('; ');
    const message = `${change.path}: ${wordsOf(change)}: ${details}`;
    lines.push(`::${change.fails ? 'error' : 'warning'} ${properties}::${data(message)}`);
  }
  return lines;
}

/** The line where the method is written, as well as can be told from the text. */
async function placeOf(
  file: string,
  method: string | undefined,
  texts: Map<string, readonly string[]>,
  cwd: string,
): Promise<string[]> {
  const text = texts.get(file) ?? (await readFile(file, 'utf8').catch(() => '')).split('\n');
  texts.set(file, text);
  const name = method?.split('[')[0];
  const line = text.findIndex((one) => /^\s*["']?([\w$]+)["']?\s*[:(]/.exec(one)?.[1] === name);
  const path = relative(cwd, file).split(sep).join('/');
  return [`file=${property(path)}`, ...(line < 0 ? [] : [`line=${line + 1}`])];
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
