import { ts } from 'ts-morph';

/** Text with pieces replaced. Pieces must not overlap; at the same place the first one comes first. */
export class TextEdits {
  readonly #text: string;
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  apply(): string {
    let at = 0;
    const parts: string[] = [];
    for (const { start, end, text } of this.#edits.toSorted((a, b) => a.start - b.start)) {
      // What stood on both sides must not grow together.
      parts.push(this.#text.slice(at, start), text === '' ? ' ' : text);
      at = end;
    }
    return parts.join('') + this.#text.slice(at);
  }
}

/** Whether a statement at the top of a module leaves nothing behind. */
export function isErased(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  return ts.isFunctionDeclaration(statement) && statement.body === undefined;
}

/** The parts of a node that are only types: which nodes, and what text goes with them. */
export interface TypeParts {
  readonly nodes: ReadonlySet<ts.Node>;
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** Undefined where it cannot be told what is to go. */
export function typeParts(node: ts.Node, text: string): TypeParts | undefined {
  const nodes = new Set<ts.Node>();
  const ranges: [number, number][] = [];
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    nodes.add(node.type);
    ranges.push([node.expression.end, node.end]);
  } else if (ts.isNonNullExpression(node)) {
    ranges.push([node.expression.end, node.end]);
  } else if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionLike(node)) {
    const { type } = node;
    const mark = ts.isVariableDeclaration(node)
      ? node.exclamationToken
      : ts.isParameter(node)
        ? node.questionToken
        : undefined;
    if (mark !== undefined) {
      nodes.add(mark);
      ranges.push([mark.getStart(), mark.end]);
    }
    if (type !== undefined) {
      nodes.add(type);
      // A type begins right after its colon.
      if (text[type.pos - 1] !== ':') return undefined;
      ranges.push([type.pos - 1, type.end]);
    }
  }
  for (const list of bracketed(node)) {
    const close = text.indexOf('>', list.end);
    if (text[list.pos - 1] !== '<' || text.slice(list.end, close).trim() !== '') return undefined;
    for (const part of list) nodes.add(part);
    ranges.push([list.pos - 1, close + 1]);
  }
  return { nodes, ranges };
}

/** Whether what ends there is the last thing of a statement that has no semicolon. */
export function endsStatement(node: ts.Node, end: number): boolean {
  let outer = node;
  while (!ts.isStatement(outer) && outer.parent.end === end) outer = outer.parent;
  return node.end === end && ts.isStatement(outer) && outer.end === end;
}

/** Lists of types in angle brackets. */
function bracketed(node: ts.Node): ts.NodeArray<ts.Node>[] {
  const lists: (ts.NodeArray<ts.Node> | undefined)[] = [];
  if (ts.isFunctionLike(node)) lists.push(node.typeParameters);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) lists.push(node.typeArguments);
  return lists.filter((list) => list !== undefined);
}
