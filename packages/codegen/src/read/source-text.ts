import { ts } from 'ts-morph';
import { CodegenError, type Position } from '../codegen-error.ts';
import { compilePlainModule } from './plain-module.ts';

/** The syntax tree of one source file: names, comments and places, no types. */
export class SourceText {
  readonly file: string;
  readonly #tree: ts.SourceFile;
  /** Constants at the top of the file, by name. */
  readonly constants: ReadonlyMap<string, ts.VariableDeclaration>;

  constructor(file: string, text: string) {
    this.file = file;
    this.#tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    this.constants = new Map(
      this.#tree.statements.flatMap(constantsOf).map((constant) => [nameOf(constant), constant]),
    );
  }

  get text(): string {
    return this.#tree.text;
  }

  /** Whether the file has imports or exports. */
  get isModule(): boolean {
    return ts.isExternalModule(this.#tree);
  }

  /** The module as jiti runs it, with its constants exported under a prefix too; undefined if Babel must do that. */
  compiled(prefix: string): string | undefined {
    return compilePlainModule(this.#tree, (constant) => prefix + constant);
  }

  /** The value that a constant at the top of the file starts with. */
  initializer(name: string): ts.Expression | undefined {
    return this.constants.get(name)?.initializer;
  }

  positionOf(node: ts.Node): Position {
    return this.#positionAt(node.getStart(this.#tree));
  }

  #positionAt(offset: number): Position {
    const { line, character } = this.#tree.getLineAndCharacterOfPosition(offset);
    return { file: this.file, line: line + 1, column: character + 1 };
  }

  /** Where the text of a line begins; undefined if there is no such line. */
  startOfLine(line: number): Position | undefined {
    const text = this.#tree.text.split('\n')[line - 1];
    return text === undefined ? undefined : { file: this.file, line, column: Math.max(1, text.search(/\S/) + 1) };
  }

  /** The import of a module by the name that it is imported by. */
  importOf(name: string): Position | undefined {
    const found = this.#tree.statements.find(
      (statement) =>
        (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
        statement.moduleSpecifier !== undefined &&
        ts.isStringLiteral(statement.moduleSpecifier) &&
        statement.moduleSpecifier.text === name,
    );
    return found === undefined ? undefined : this.positionOf(found);
  }

  /** Throws a `CodegenError` at the first mistake in the syntax. */
  refuseSyntaxErrors(): void {
    // The compiler keeps them on the tree, but does not declare that.
    const { parseDiagnostics = [] } = this.#tree as { readonly parseDiagnostics?: readonly ts.Diagnostic[] };
    const [first] = parseDiagnostics;
    if (first === undefined) return;
    throw new CodegenError(`cannot be read: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`, {
      position: this.#positionAt(first.start ?? 0),
      hint: 'Put the syntax right.',
    });
  }

  /** The call that describes the service: `service('orders', { … })`. */
  serviceCall(name: string): ts.CallExpression | undefined {
    let found: ts.CallExpression | undefined;
    const visit = (node: ts.Node): void => {
      if (found === undefined && ts.isCallExpression(node) && isServiceCall(node, name)) found = node;
      if (found === undefined) ts.forEachChild(node, visit);
    };
    visit(this.#tree);
    return found;
  }

  /** Follows a name to the constant it stands for, and takes off what does not change the value. */
  resolve(expression: ts.Expression): ts.Expression {
    let node = expression;
    for (let i = 0; i < STEPS_MAX; i++) {
      const initializer = ts.isIdentifier(node) ? this.initializer(node.text) : undefined;
      if (initializer !== undefined) node = initializer;
      else if (isTransparent(node)) node = node.expression;
      else break;
    }
    return node;
  }
}

/** What the comment before a declaration says; `@deprecated` is kept, other tags are not. */
export function docOf(node: ts.Node): string | undefined {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const lines = ts.getJSDocCommentsAndTags(holder).flatMap((doc) => {
    if (ts.isJSDoc(doc)) return [commentText(doc.comment), ...(doc.tags ?? []).map(tagText)];
    return [];
  });
  const text = lines.filter((line) => line !== '').join('\n\n');
  return text === '' ? undefined : text;
}

/** A property of an object literal; also finds getters and shorthands. */
export function propertyOf(object: ts.Expression | undefined, name: string): ts.ObjectLiteralElementLike | undefined {
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.find((property) => property.name !== undefined && propertyName(property.name) === name);
}

/** The value of a property; of a getter, what it returns. */
export function valueOf(property: ts.ObjectLiteralElementLike | undefined): ts.Expression | undefined {
  if (property === undefined) return undefined;
  if (ts.isPropertyAssignment(property)) return property.initializer;
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  if (!ts.isGetAccessorDeclaration(property)) return undefined;
  return property.body?.statements.find(ts.isReturnStatement)?.expression;
}

function constantsOf(statement: ts.Statement): ts.VariableDeclaration[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.filter(({ name }) => ts.isIdentifier(name));
}

function nameOf(constant: ts.VariableDeclaration): string {
  return ts.isIdentifier(constant.name) ? constant.name.text : '';
}

function propertyName(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : '';
}

function isServiceCall(node: ts.CallExpression, name: string): boolean {
  const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  const [first, second] = node.arguments;
  if (!ts.isIdentifier(callee) || second === undefined) return false;
  return first !== undefined && ts.isStringLiteralLike(first) && first.text === name;
}

function isTransparent(
  node: ts.Expression,
): node is ts.ParenthesizedExpression | ts.AsExpression | ts.SatisfiesExpression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node);
}

function tagText(tag: ts.JSDocTag): string {
  return tag.tagName.text === 'deprecated' ? `@deprecated ${commentText(tag.comment)}`.trim() : '';
}

function commentText(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').trim();
}

/** Names for names for names; more is a constant that stands for itself. */
const STEPS_MAX = 16;
