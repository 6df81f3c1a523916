import { ts } from 'ts-morph';

/**
 * The text of a function without what means nothing: space, comments, brackets that change nothing, quotes.
 *
 * Nor does it matter which tool has compiled the module: imports are called by other names after it.
 */
export function functionText(fn: unknown): string {
  const text = String(fn);
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const node = functionNode(text);
  const result = node === undefined ? text.replaceAll(/\s+/g, ' ') : textOf(node);
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear();
  KNOWN.set(text, result);
  return result;
}

/** What `String` gives for a function is an expression, or for a method what stands in an object. */
function functionNode(text: string): ts.Node | undefined {
  const expression = onlyExpression(`(${text}\n)`);
  if (expression !== undefined) return expression;
  const object = onlyExpression(`({${text}\n})`);
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.length === 1 ? object.properties[0] : undefined;
}

function onlyExpression(text: string): ts.Expression | undefined {
  const file = ts.createSourceFile('function.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const [statement, ...more] = file.statements;
  if (statement === undefined || more.length > 0 || !ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  // What could not be read to its end does not end there.
  if (!ts.isParenthesizedExpression(expression) || expression.end !== text.length) return undefined;
  return hasGaps(file) ? undefined : expression.expression;
}

/** Whether the parser had to make something up. */
function hasGaps(node: ts.Node): boolean {
  if ((node.flags & ts.NodeFlags.ThisNodeOrAnySubNodesHasError) !== 0) return true;
  return ts.forEachChild(node, (child) => hasGaps(child) || undefined) ?? false;
}

/** A tree in brackets, so that the brackets of the source are not needed. */
function textOf(node: ts.Node): string {
  const inner = withoutNoise(node);
  if (inner !== node) return textOf(inner);
  if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) return JSON.stringify(node.text);
  if (ts.isIdentifier(node) || ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) return node.text;
  if (ts.isPrivateIdentifier(node) || ts.isRegularExpressionLiteral(node)) return node.text;
  const parts: string[] = [];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) parts.push(`${node.operator}`);
  if (ts.isVariableDeclarationList(node)) parts.push(`${node.flags & ts.NodeFlags.BlockScoped}`);
  ts.forEachChild(node, (child) => {
    if (!ts.isEmptyStatement(child)) parts.push(textOf(child));
  });
  return `${ts.SyntaxKind[node.kind]}(${parts.join(' ')})`;
}

/** Takes off brackets, and what compilers put around an import. */
function withoutNoise(node: ts.Node): ts.Node {
  if (ts.isParenthesizedExpression(node)) return node.expression;
  // `(0, _module.name)(…)`
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    return ts.isNumericLiteral(node.left) && isOfModule(node.right) ? node.right : node;
  }
  return isOfModule(node) ? node.name : node;
}

/** `_module.name`, as Babel calls imported modules, or `$module_1.name`, as we do. */
function isOfModule(node: ts.Node): node is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && /^[_$]/.test(node.expression.text);
}

/** Functions of Zod come by the thousand and are few. */
const KNOWN = new Map<string, string>();

/** A watch that runs for days sees many versions of a function. */
const KNOWN_MAX = 1_000;
