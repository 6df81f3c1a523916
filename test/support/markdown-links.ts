import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TextFile } from './repository.ts';

/** The relative links of a markdown file that lead nowhere, as `path:line: what`. Links to the web are not followed. */
export function brokenLinks({ path, text }: TextFile, root: string): string[] {
  return links(text).flatMap(({ target, line }) => {
    const problem = resolve(target, path, text, root);
    return problem === undefined ? [] : [`${path}:${line}: ${target}: ${problem}`];
  });
}

function resolve(target: string, from: string, text: string, root: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  if (file === '') return anchors(text).has(anchor ?? '') ? undefined : 'no such heading';

  const at = join(root, dirname(from), decodeURIComponent(file));
  if (!existsSync(at)) return 'no such file';
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchors(readFileSync(at, 'utf8')).has(anchor) ? undefined : 'no such heading';
}

function links(text: string): { target: string; line: number }[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((content, index) =>
      [...content.matchAll(LINK)]
        .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
        .filter((target) => target !== '' && !/^[a-z][a-z+.-]*:|^\/\//i.test(target))
        .map((target) => ({ target, line: index + 1 })),
    );
}

/** The anchors that GitHub gives to the headings of a page, and those that the page sets itself. */
function anchors(text: string): Set<string> {
  const found = new Set([...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ''));
  for (const [, title = ''] of withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = slugOf(title);
    let unique = slug;
    for (let n = 1; found.has(unique); n++) unique = `${slug}-${n}`;
    found.add(unique);
  }
  return found;
}

function slugOf(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, '``');
}

/** The text with fenced code blanked and every line where it was. */
function withoutFences(text: string): string {
  return text.replace(/^([ \t]*)(`{3,}|~{3,})[^]*?^\1\2.*$/gm, (block) => block.replace(/[^\n]/g, ''));
}

// [text](target "title"), ![alt](target), [label]: target, src="target" or href="target"
const LINK = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\s{0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)|\b(?:src|href)="([^"]+)"/g;
