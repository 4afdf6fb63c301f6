import type ts from "typescript";

/** A cell before tslab compiles it. */
export interface CellSource {
  /** The cell as tslab takes it, each character in its place. */
  readonly text: string;
  /** Whether it awaits outside of its functions. */
  readonly awaits: boolean;
}

/**
 * Reads a cell as TypeScript 6 understands it, which tslab's own detection of awaits does not follow, and blanks the
 * word `export` before its declarations: tslab exports them all.
 */
export function readCellSource(typescript: typeof ts, source: string): CellSource {
  if (!/\b(await|export)\b/.test(source)) return { text: source, awaits: false };
  const file = parse(typescript, source);
  const exports = file.statements.flatMap((statement) => exportKeywords(typescript, statement));
  const text = exports.reduce((rest, node) => {
    const start = node.getStart(file) - PREFIX.length;
    return `${rest.slice(0, start)}${" ".repeat(node.getWidth(file))}${rest.slice(start + node.getWidth(file))}`;
  }, source);
  return { text, awaits: awaitsAtTop(typescript, file) };
}

/** Makes the parser read a module, where a bare await is allowed. */
const PREFIX = "export {};\n";

function parse(typescript: typeof ts, source: string): ts.SourceFile {
  return typescript.createSourceFile("cell.ts", PREFIX + source, typescript.ScriptTarget.Latest, true);
}

function exportKeywords(typescript: typeof ts, statement: ts.Statement): ts.Modifier[] {
  const modifiers = typescript.canHaveModifiers(statement) ? (typescript.getModifiers(statement) ?? []) : [];
  if (modifiers.some(({ kind }) => kind === typescript.SyntaxKind.DefaultKeyword)) return [];
  return modifiers.filter(({ kind }) => kind === typescript.SyntaxKind.ExportKeyword);
}

function awaitsAtTop(typescript: typeof ts, file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (typescript.isFunctionLike(node)) return node.name !== undefined && visit(node.name);
    if (typescript.isPropertyDeclaration(node)) return visit(node.name);
    if (typescript.isAwaitExpression(node)) return true;
    if (typescript.isForOfStatement(node) && node.awaitModifier) return true;
    if (typescript.isVariableDeclarationList(node) && isAwaitUsing(typescript, node)) return true;
    return typescript.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(file);
}

function isAwaitUsing(typescript: typeof ts, list: ts.VariableDeclarationList): boolean {
  return (list.flags & typescript.NodeFlags.AwaitUsing) === typescript.NodeFlags.AwaitUsing;
}
