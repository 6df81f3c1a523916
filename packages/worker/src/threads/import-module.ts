import { pathToFileURL } from 'node:url';

export type ImportedModule = Readonly<Record<string, unknown>>;

/**
 * Imports a module of a user's by its absolute path, TypeScript or JavaScript. What Node can load by itself it does;
 * the rest goes through jiti, which is not loaded before that.
 */
export async function importModule(path: string): Promise<ImportedModule> {
  try {
    return (await import(pathToFileURL(path).href)) as ImportedModule;
  } catch (thrown) {
    // What the module itself has thrown is final: to run it twice would do twice what it does.
    if (!NODE_CANNOT.has(String((thrown as NodeJS.ErrnoException).code))) throw thrown;
  }
  const { createJiti } = await import('jiti');
  const jiti = createJiti(path, { fsCache: false, interopDefault: false, tsconfigPaths: true, tryNative: true });
  return await jiti.import<ImportedModule>(path);
}

/** What Node says of TypeScript: of the files, of their syntax, of imports that name what they compile to. */
const NODE_CANNOT: ReadonlySet<string> = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
]);
