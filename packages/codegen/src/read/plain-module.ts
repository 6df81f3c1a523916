import { ts } from 'ts-morph';
import { endsStatement, isErased, TextEdits, typeParts } from './erase-types.ts';

/**
 * Compiles a module for jiti from the syntax tree that is there anyway: takes the types off, and turns imports and
 * exports into what jiti runs. Babel, which does that otherwise, takes most of the time of a first run.
 *
 * `extra` are further names under which a constant is exported. Undefined for a module with anything that is not on
 * the short lists here: classes, enums, re-exports, `import.meta` and so on are left to Babel.
 */
export function compilePlainModule(tree: ts.SourceFile, extra: (constant: string) => string): string | undefined {
  try {
    return new PlainModule(tree, extra).compile();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** What is thrown to leave a module to Babel. */
class NotPlain extends Error {}

class PlainModule {
  readonly #tree: ts.SourceFile;
  readonly #extra: (constant: string) => string;
  readonly #edits: TextEdits;
  /** What stands for an imported name. */
  readonly #imported = new Map<string, string>();
  readonly #importedBy = new Map<ts.ImportDeclaration, readonly string[]>();
  readonly #used = new Set<string>();
  /** Names under which constants and functions are exported. */
  readonly #exports = new Map<string, string[]>();
  readonly #functions: string[] = [];

  constructor(tree: ts.SourceFile, extra: (constant: string) => string) {
    this.#tree = tree;
    this.#extra = extra;
    this.#edits = new TextEdits(tree.text);
  }

  compile(): string {
    for (const statement of this.#tree.statements)
      if (ts.isImportDeclaration(statement)) this.#declareImport(statement);
    for (const statement of this.#tree.statements) this.#collectExports(statement);
    let isAfterImports = false;
    for (const statement of this.#tree.statements) {
      // Imports come first wherever they stand; that is Babel's to arrange.
      if (ts.isImportDeclaration(statement)) {
        if (isAfterImports) throw new NotPlain();
      } else {
        if (!isErased(statement)) isAfterImports = true;
        this.#statement(statement);
      }
    }
    for (const [index, statement] of [...this.#importedBy.keys()].entries()) this.#printImport(statement, index);
    return this.#head() + this.#edits.apply();
  }

  #head(): string {
    // In the order of their names, as those of a module are; the last one of a chain is made first.
    const names = [...this.#exports.values()].flat().toSorted().reverse();
    const hoisted = this.#functions.flatMap((name) => this.#exportsOf(name).map((to) => `${exported(to)} = ${name};`));
    const declared = names.length === 0 ? '' : `${names.map(exported).join(' = ')} = void 0;`;
    return `"use strict";Object.defineProperty(exports, "__esModule", { value: true });${declared}${hoisted.join('')}`;
  }

  #exportsOf(name: string): readonly string[] {
    return this.#exports.get(name) ?? [];
  }

  #declareImport(statement: ts.ImportDeclaration): void {
    const { importClause: clause, attributes } = statement;
    if (attributes !== undefined) throw new NotPlain();
    const names: string[] = [];
    const module = moduleName(this.#importedBy.size);
    const add = (local: ts.Identifier, value: string): void => {
      this.#imported.set(local.text, value);
      names.push(local.text);
    };
    if (clause?.phaseModifier === SyntaxKind.DeferKeyword) throw new NotPlain();
    if (clause !== undefined && clause.phaseModifier === undefined) {
      const { name, namedBindings } = clause;
      if (name !== undefined) add(name, `${module}.default`);
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) {
        add(namedBindings.name, namedBindings.name.text);
      }
      if (namedBindings !== undefined && ts.isNamedImports(namedBindings)) {
        for (const element of namedBindings.elements) {
          const from = (element.propertyName ?? element.name).text;
          if (element.propertyName !== undefined && !ts.isIdentifier(element.propertyName)) throw new NotPlain();
          if (!element.isTypeOnly) add(element.name, `${module}.${from}`);
        }
      }
    }
    this.#importedBy.set(statement, names);
  }

  /** As TypeScript has it, a module of which only types are used is not loaded. */
  #printImport(statement: ts.ImportDeclaration, index: number): void {
    const names = this.#importedBy.get(statement) ?? [];
    const isNeeded = statement.importClause === undefined || names.some((name) => this.#used.has(name));
    const from = statement.moduleSpecifier.getText(this.#tree);
    const all = names
      .filter((name) => this.#imported.get(name) === name)
      .map((name) => `, ${name} = ${moduleName(index)}`);
    const load = `var ${moduleName(index)} = await jitiImport(${from})${all.join('')};`;
    this.#edits.replace(statement.getStart(this.#tree), statement.end, isNeeded ? load : ';');
  }

  #collectExports(statement: ts.Statement): void {
    const add = (local: string, name: string): void => {
      this.#exports.set(local, [...this.#exportsOf(local), name]);
    };
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name)) continue;
        if (isExported(statement)) add(name.text, name.text);
        add(name.text, this.#extra(name.text));
      }
    } else if (ts.isExportAssignment(statement)) add('default', 'default');
    else if (ts.isFunctionDeclaration(statement) && isExported(statement) && statement.body !== undefined) {
      add(statement.name?.text ?? '', statement.name?.text ?? '');
    }
  }

  #statement(statement: ts.Statement): void {
    const start = statement.getStart(this.#tree);
    if (isErased(statement)) this.#edits.replace(start, statement.end, ';');
    else if (ts.isExportAssignment(statement)) {
      if (statement.isExportEquals === true) throw new NotPlain();
      this.#edits.replace(start, statement.expression.getStart(this.#tree), ';exports.default = ');
      this.#visit(statement.expression);
    } else {
      this.#modifiers(statement);
      if (ts.isVariableStatement(statement)) this.#constants(statement);
      else if (ts.isFunctionDeclaration(statement)) this.#functions.push(statement.name?.text ?? '');
      this.#visit(statement);
    }
  }

  /** `export` goes; anything else but `async` is for Babel. */
  #modifiers(statement: ts.Statement): void {
    if (!ts.canHaveModifiers(statement)) return;
    for (const modifier of ts.getModifiers(statement) ?? []) {
      if (modifier.kind === ts.SyntaxKind.ExportKeyword)
        this.#edits.replace(modifier.getStart(this.#tree), modifier.end, '');
      else if (modifier.kind !== ts.SyntaxKind.AsyncKeyword) throw new NotPlain();
    }
  }

  /** `const a = x` is exported as soon as it is there: `const a = exports.a = x`. */
  #constants(statement: ts.VariableStatement): void {
    const { declarationList } = statement;
    for (const { name, initializer } of declarationList.declarations) {
      const names = ts.isIdentifier(name) ? this.#exportsOf(name.text) : [];
      const isConst = (declarationList.flags & ts.NodeFlags.Const) !== 0 && !isUsing(declarationList);
      if (!isConst || initializer === undefined) throw new NotPlain();
      if (names.length === 0 && isExported(statement)) throw new NotPlain();
      const start = initializer.getStart(this.#tree);
      this.#edits.replace(start, start, names.map((to) => `${exported(to)} = `).join(''));
    }
  }

  #visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || !isPlain(node) || isUsing(node)) throw new NotPlain();
    if (ts.isIdentifier(node)) this.#identifier(node);
    else if (ts.isShorthandPropertyAssignment(node)) this.#shorthand(node);
    else this.#parts(node);
  }

  #parts(node: ts.Node): void {
    const types = typeParts(node, this.#tree.text);
    if (types === undefined) throw new NotPlain();
    for (const [start, end] of types.ranges) this.#edits.replace(start, end, endsStatement(node, end) ? ';' : '');
    node.forEachChild((child) => {
      if (isDeclaredName(node, child)) this.#refuseShadow(child);
      else if (!types.nodes.has(child) && !isPropertyName(node, child)) this.#visit(child);
    });
  }

  /** A local name like that of an import would need scopes to be told apart. */
  #refuseShadow(name: ts.Node): void {
    if (!ts.isIdentifier(name)) this.#visit(name);
    else if (this.#imported.has(name.text) || name.text === 'this') throw new NotPlain();
  }

  #identifier(node: ts.Identifier): void {
    const value = this.#imported.get(node.text);
    if (value === undefined) return;
    this.#used.add(node.text);
    if (value === node.text) return;
    const isCalled = ts.isCallExpression(node.parent) && node.parent.expression === node;
    // Called as a function and not as a method. Where a line begins with it, the line before may have no semicolon.
    const called = this.#beginsStatement(node) ? `;(0, ${value})` : `(0, ${value})`;
    this.#edits.replace(node.getStart(this.#tree), node.end, isCalled ? called : value);
  }

  #beginsStatement(node: ts.Node): boolean {
    const start = node.getStart(this.#tree);
    let outer = node;
    while (!ts.isStatement(outer) && outer.parent.getStart(this.#tree) === start) outer = outer.parent;
    if (!ts.isExpressionStatement(outer)) return false;
    if (!ts.isBlock(outer.parent) && !ts.isSourceFile(outer.parent)) throw new NotPlain();
    return true;
  }

  #shorthand({ name, objectAssignmentInitializer }: ts.ShorthandPropertyAssignment): void {
    if (objectAssignmentInitializer !== undefined) throw new NotPlain();
    const value = this.#imported.get(name.text);
    if (value === undefined) return;
    this.#used.add(name.text);
    if (value !== name.text) this.#edits.replace(name.end, name.end, `: ${value}`);
  }
}

function moduleName(index: number): string {
  return `$module_${index}`;
}

function exported(name: string): string {
  return `exports.${name}`;
}

function isExported(statement: ts.VariableStatement | ts.FunctionDeclaration): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** `using` needs a newer Node than we do. */
function isUsing(node: ts.Node): boolean {
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) !== 0;
}

/** Whether a child is the name that its parent declares. */
function isDeclaredName(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return parent.name === child;
  }
  return (ts.isFunctionDeclaration(parent) || ts.isFunctionExpression(parent)) && parent.name === child;
}

/** Whether a child is the name of a property, which stands for nothing else. */
function isPropertyName(parent: ts.Node, child: ts.Node): boolean {
  if (!ts.isIdentifier(child)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName === child;
  const hasName = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isAccessor(parent);
  return (hasName || ts.isMethodDeclaration(parent)) && parent.name === child;
}

const { SyntaxKind } = ts;

/** Keywords and signs that stand in the tree on their own. `import` is not among them: `import(…)` is for Babel. */
const TOKENS = [
  ...[SyntaxKind.ExportKeyword, SyntaxKind.AsyncKeyword, SyntaxKind.NullKeyword, SyntaxKind.TrueKeyword],
  ...[SyntaxKind.FalseKeyword, SyntaxKind.ThisKeyword, SyntaxKind.DotDotDotToken, SyntaxKind.QuestionDotToken],
  ...[SyntaxKind.QuestionToken, SyntaxKind.ColonToken, SyntaxKind.EqualsGreaterThanToken, SyntaxKind.InKeyword],
  ...[SyntaxKind.InstanceOfKeyword, SyntaxKind.CommaToken],
];

const EXPRESSIONS = [
  ...[SyntaxKind.Identifier, SyntaxKind.StringLiteral, SyntaxKind.NumericLiteral, SyntaxKind.BigIntLiteral],
  ...[SyntaxKind.RegularExpressionLiteral, SyntaxKind.NoSubstitutionTemplateLiteral, SyntaxKind.TemplateExpression],
  ...[SyntaxKind.TemplateHead, SyntaxKind.TemplateMiddle, SyntaxKind.TemplateTail, SyntaxKind.TemplateSpan],
  ...[SyntaxKind.ArrayLiteralExpression, SyntaxKind.ObjectLiteralExpression, SyntaxKind.PropertyAssignment],
  ...[SyntaxKind.ShorthandPropertyAssignment, SyntaxKind.SpreadAssignment, SyntaxKind.SpreadElement],
  ...[SyntaxKind.GetAccessor, SyntaxKind.MethodDeclaration, SyntaxKind.ComputedPropertyName],
  ...[SyntaxKind.PropertyAccessExpression, SyntaxKind.ElementAccessExpression, SyntaxKind.CallExpression],
  ...[SyntaxKind.NewExpression, SyntaxKind.ParenthesizedExpression, SyntaxKind.FunctionExpression],
  ...[SyntaxKind.ArrowFunction, SyntaxKind.TypeOfExpression, SyntaxKind.VoidExpression, SyntaxKind.AwaitExpression],
  ...[SyntaxKind.PrefixUnaryExpression, SyntaxKind.PostfixUnaryExpression, SyntaxKind.BinaryExpression],
  ...[SyntaxKind.ConditionalExpression, SyntaxKind.AsExpression, SyntaxKind.SatisfiesExpression],
  ...[SyntaxKind.NonNullExpression, SyntaxKind.OmittedExpression],
];

const STATEMENTS = [
  ...[SyntaxKind.VariableStatement, SyntaxKind.VariableDeclarationList, SyntaxKind.VariableDeclaration],
  ...[SyntaxKind.FunctionDeclaration, SyntaxKind.Parameter, SyntaxKind.Block, SyntaxKind.ExpressionStatement],
  ...[SyntaxKind.ReturnStatement, SyntaxKind.IfStatement, SyntaxKind.ThrowStatement, SyntaxKind.TryStatement],
  ...[SyntaxKind.CatchClause, SyntaxKind.ForOfStatement, SyntaxKind.ForStatement, SyntaxKind.EmptyStatement],
  ...[SyntaxKind.ObjectBindingPattern, SyntaxKind.ArrayBindingPattern, SyntaxKind.BindingElement],
];

/** What a module may hold to be compiled here. */
const PLAIN: ReadonlySet<ts.SyntaxKind> = new Set([...TOKENS, ...EXPRESSIONS, ...STATEMENTS]);

function isPlain({ kind }: ts.Node): boolean {
  const isOperator = kind >= SyntaxKind.FirstBinaryOperator && kind <= SyntaxKind.LastBinaryOperator;
  return isOperator || PLAIN.has(kind);
}
