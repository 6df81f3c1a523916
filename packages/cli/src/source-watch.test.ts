import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SourceWatch } from './source-watch.ts';

let folder: string;
let watch: SourceWatch;
let changes: number;
let lastChanged: string[];
let others: string[];
let onChange: () => void = () => undefined;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-watch-')));
  for (const name of ['src/generated', 'node_modules/x', '.git']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'src/a.ts'), '1');
  changes = 0;
  lastChanged = [];
  others = [];
  watch = new SourceWatch({
    folder,
    except: ['src/generated'],
    others: () => others,
    onChange: (paths) => {
      changes += 1;
      lastChanged = [...paths].map((path) => relative(folder, path)).toSorted();
      onChange();
    },
    onError: (thrown) => {
      throw thrown;
    },
  });
  await watch.start();
});

afterEach(async () => {
  watch.stop();
  await rm(folder, { recursive: true, force: true });
});

test('sees a file that changes, one that comes and one that goes', async () => {
  await changeBy(() => writeFile(join(folder, 'src/a.ts'), '22'));
  await changeBy(() => mkdir(join(folder, 'src/deep')).then(() => writeFile(join(folder, 'src/deep/b.mts'), '1')));
  await changeBy(() => rm(join(folder, 'src/deep/b.mts')));
  expect(changes).toBe(3);
});

test('looks at sources only, and not at what others made', async () => {
  for (const name of ['src/generated/x.ts', 'node_modules/x/x.js', '.git/x.json', 'src/notes.txt']) {
    await writeFile(join(folder, name), 'x');
  }
  // The looks are in order: had it seen one of those, that would have come first.
  await changeBy(() => writeFile(join(folder, 'src/a.ts'), '22'));
  expect(changes).toBe(1);
});

test('many changes at once are one', async () => {
  await changeBy(async () => {
    for (let i = 0; i < 20; i++) await writeFile(join(folder, `src/file${i}.ts`), 'x');
  });
  expect(changes).toBe(1);
});

test('says which files have changed', async () => {
  await changeBy(async () => {
    await writeFile(join(folder, 'src/a.ts'), '333');
    await writeFile(join(folder, 'src/b.ts'), '1');
  });
  expect(lastChanged).toEqual(['src/a.ts', 'src/b.ts']);
  await changeBy(() => rm(join(folder, 'src/a.ts')));
  expect(lastChanged).toEqual(['src/a.ts']);
});

test('looks at files elsewhere that it is asked for, from when it is asked', async () => {
  const elsewhere = await realpath(await mkdtemp(join(tmpdir(), 'reeve-watch-else-')));
  try {
    const file = join(elsewhere, 'x.ts');
    await writeFile(file, '1');
    others = [file];
    await changeBy(() => writeFile(join(folder, 'src/a.ts'), '4444'));
    expect(lastChanged).toEqual(['src/a.ts']);
    await changeBy(() => writeFile(file, '22'));
    expect(lastChanged).toEqual([relative(folder, file)]);
    await changeBy(() => rm(file));
    expect(lastChanged).toEqual([relative(folder, file)]);
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
});

async function changeBy(work: () => Promise<unknown>): Promise<void> {
  const changed = new Promise<void>((resolve) => (onChange = resolve));
  await work();
  await changed;
}
