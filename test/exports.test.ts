import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/repository.ts';

/**
 * The public names of every package are in `exports.txt`, so that none appears or goes away unnoticed. After a change
 * that you mean: `corepack pnpm test exports -u`, and read the difference before you commit it.
 */
describe('the public names', () => {
  const all = entries();

  test('are those of exports.txt', async () => {
    const sections = all.map(({ name, file }) => [name, ...publicNames(file).map((line) => `  ${line}`)].join('\n'));
    await expect(`${sections.join('\n\n')}\n`).toMatchFileSnapshot('exports.txt');
  });

  test.each(all)('of $name are all listed by its index', async ({ name, file }) => {
    const loaded = (await import(name)) as Record<string, unknown>;
    const listed = publicNames(file).filter((line) => !line.startsWith('type '));
    expect(Object.keys(loaded).toSorted()).toEqual(listed.toSorted());
  });
});

interface Entry {
  /** What a user imports: '@reeve/protocol/io'. */
  readonly name: string;
  /** The index in the source. */
  readonly file: string;
}

function entries(): Entry[] {
  const packages = join(root, 'packages');
  return readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
      name: string;
      exports: Record<string, string>;
    };
    return Object.entries(manifest.exports).map(([path, file]) => ({
      name: manifest.name + path.slice(1),
      file: join(packages, folder, file),
    }));
  });
}

/** The names that an index exports, in order; types carry the word. `export *` hides names, so it is not allowed. */
function publicNames(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  if (/^export \*/m.test(text)) throw new Error(`${file} has an \`export *\`: list the names`);

  const listed = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = '', names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => type + name.replace(/^(type )?.* as /, '$1')),
  );
  const declared = [...text.matchAll(DECLARATION)].map(([, keyword = '', name = '']) =>
    keyword === 'interface' || keyword === 'type' ? `type ${name}` : name,
  );
  return [...listed, ...declared].toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), 'en'));
}

function nameOf(line: string): string {
  return line.replace(/^type /, '');
}

const DECLARATION = /^export (?:declare |abstract |async )*(class|const|function|interface|let|type)\*? (\w+)/gm;
