/**
 * Shows what would change in a file, as `diff -u` does. Empty if nothing would.
 *
 * Meant for generated files: what is the same at both ends is left out, and the middle is compared line by line as long
 * as it is not too large; then it is shown as replaced.
 */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const edits = editsOf(old, fresh);
  const shown = hunksOf(edits);
  const more = shown.length > LINES_MAX ? [`… ${shown.length - LINES_MAX} more lines`] : [];
  return [`--- ${name}`, `+++ ${name} (generated anew)`, ...shown.slice(0, LINES_MAX), ...more, ''].join('\n');
}

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
  readonly oldNumber: number;
  readonly newNumber: number;
}

function editsOf(old: readonly string[], fresh: readonly string[]): Edit[] {
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const middle = changesOf(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end));
  const same = (line: string): Pick<Edit, 'mark' | 'line'> => ({ mark: ' ', line });
  const all = [...old.slice(0, start).map(same), ...middle, ...old.slice(old.length - end).map(same)];
  let [oldNumber, newNumber] = [0, 0];
  return all.map(({ mark, line }) => {
    if (mark !== '+') oldNumber++;
    if (mark !== '-') newNumber++;
    return { mark, line, oldNumber, newNumber };
  });
}

/** Longest common subsequence, for parts of a sensible size. */
function changesOf(old: readonly string[], fresh: readonly string[]): Pick<Edit, 'mark' | 'line'>[] {
  const removed = (line: string): Pick<Edit, 'mark' | 'line'> => ({ mark: '-', line });
  const added = (line: string): Pick<Edit, 'mark' | 'line'> => ({ mark: '+', line });
  if (old.length * fresh.length > CELLS_MAX) return [...old.map(removed), ...fresh.map(added)];
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const [down, right] = [lengths[i + 1]![j]!, lengths[i]![j + 1]!];
      lengths[i]![j] = old[i] === fresh[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(down, right);
    }
  }
  const edits: Pick<Edit, 'mark' | 'line'>[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      edits.push({ mark: ' ', line: old[i++]! });
      j++;
    } else if (j >= fresh.length || (i < old.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      edits.push(removed(old[i++]!));
    } else edits.push(added(fresh[j++]!));
  }
  return edits;
}

function hunksOf(edits: readonly Edit[]): string[] {
  const isNear = edits.map((_, index) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  return edits.flatMap((edit, index) => {
    if (isNear[index] !== true) return [];
    const isFirst = isNear[index - 1] !== true;
    return [...(isFirst ? [`@@ -${edit.oldNumber} +${edit.newNumber} @@`] : []), edit.mark + edit.line];
  });
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Lines shown around a change, as `diff -u` does. */
const CONTEXT = 3;

/** Enough to see what it is about. */
const LINES_MAX = 60;

/** Cells of the comparison: 2,000 lines against 2,000 take some 20 ms. */
const CELLS_MAX = 4_000_000;
