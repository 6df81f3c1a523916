import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Finds files by patterns: `*` and `?` within a name, `**` for any folders, `{a,b}` for alternatives. Sorted.
 *
 * Never looks into `node_modules` or folders whose name starts with a dot, unless the pattern names them.
 */
export async function findFiles(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns.flatMap(alternativesOf)) {
    const segments = path.resolve(cwd, pattern).split(path.sep);
    const start = segments.findIndex((segment) => /[*?]/.test(segment));
    const fixed = start < 0 ? segments : segments.slice(0, start);
    const rest = start < 0 ? [] : segments.slice(start);
    await collect(fixed.join(path.sep) || path.sep, rest, found);
  }
  return [...found].toSorted();
}

async function collect(folder: string, segments: readonly string[], found: Set<string>): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (await isFile(folder)) found.add(folder);
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (segment === '**') await collect(folder, rest, found);
  const matches = segment === '**' ? undefined : segmentPattern(segment);
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (matches === undefined) {
      if (entry.isDirectory() && !isHidden(entry.name)) await collect(place, segments, found);
    } else if (matches.test(entry.name) && (rest.length === 0 ? entry.isFile() : entry.isDirectory())) {
      if (!isHidden(entry.name) || entry.name === segment) await collect(place, rest, found);
    }
  }
}

async function isFile(place: string): Promise<boolean> {
  return stat(place).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function isHidden(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

function segmentPattern(segment: string): RegExp {
  const source = segment
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

/** `a/{b,c}.ts` → `a/b.ts`, `a/c.ts`. */
function alternativesOf(pattern: string): string[] {
  const match = /\{([^{}]*)\}/.exec(pattern);
  if (match?.[1] === undefined) return [pattern];
  const [braces, inside] = match;
  return inside.split(',').flatMap((choice) => alternativesOf(pattern.replace(braces, () => choice)));
}
