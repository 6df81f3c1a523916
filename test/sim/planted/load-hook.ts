import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ts } from 'ts-morph';
import type { Patch } from './patch.ts';
import { patchedSource, pathOf } from './patch.ts';

const patch = JSON.parse(process.env['REEVE_PLANTED'] ?? '{}') as Patch;
const path = pathOf(patch);

/** Gives the one file that is patched with its bug; every other one is loaded as usual. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const plain = url.split('?')[0]!;
  if (!plain.startsWith('file:') || fileURLToPath(plain) !== path) return nextLoad(url, context);
  const { outputText } = ts.transpileModule(patchedSource(patch), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
};
