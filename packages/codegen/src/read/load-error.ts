import { ContractError } from '@reeve/contract';
import { CodegenError, type Position } from '../codegen-error.ts';
import type { SourceText } from './source-text.ts';

/** Sources by their file. */
type Sources = ReadonlyMap<string, SourceText>;

/** What is told of a contract that threw when it was run: where, and what in one line. */
export function loadError(file: string, error: unknown, sources: Sources): unknown {
  if (error instanceof CodegenError) return error;
  if (error instanceof ContractError) return contractError(file, error, sources.get(file));
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const text = asWritten(line.trim(), sources);
  return new CodegenError(`cannot be loaded: ${text}${/[.!?]$/.test(text) ? '' : '.'}`, {
    position: importThatFails(line, sources) ?? placeInStack(error, sources) ?? { file, line: 1, column: 1 },
    hint: 'A contract is run to read its schemas: it must load without a running system.',
    cause: error,
  });
}

function contractError(file: string, error: ContractError, source: SourceText | undefined): CodegenError {
  const [, service = ''] = /^Service "([^"]*)"$/.exec(error.where) ?? [];
  const name = service === '' ? error.where.slice(0, error.where.lastIndexOf('.')) : service;
  const call = source?.serviceCall(name);
  const position = call === undefined ? { file, line: 1, column: 1 } : source?.positionOf(call);
  const message = error.message.slice(0, -error.hint.length).trim();
  return new CodegenError(message, { position, hint: error.hint, cause: error });
}

/** The names that imports have in compiled code: `$module_1.z.strnig` is `z.strnig` to whoever wrote it. */
function asWritten(message: string, sources: Sources): string {
  const [prefix = ''] = /^(?:\$module_\d+|_\w+)\./.exec(message) ?? [];
  const isWritten = [...sources.values()].some(({ text }) => text.includes(prefix));
  return isWritten ? message : message.slice(prefix.length);
}

/** The innermost line of the project that was running. Compiling keeps lines, but not columns. */
function placeInStack(error: unknown, sources: Sources): Position | undefined {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  for (const frame of frames) {
    const [, name = '', line = ''] = /^ {4}at (?:.*\()?(?:file:\/\/)?(.+):(\d+):\d+\)?$/.exec(frame) ?? [];
    const position = sources.get(name)?.startOfLine(Number(line));
    if (position !== undefined) return position;
  }
  return undefined;
}

function importThatFails(message: string, sources: Sources): Position | undefined {
  const [, name] = /^Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  if (name === undefined) return undefined;
  for (const source of sources.values()) {
    const position = source.importOf(name);
    if (position !== undefined) return position;
  }
  return undefined;
}
