import type ts from "typescript";

/** Whether a cell awaits outside of its functions. */
export function hasTopLevelAwait(typescript: typeof ts, source: string): boolean {
  const text = `export {};\n${source}`;
  if (!text.includes("await")) return false;
  const file = typescript.createSourceFile(
    "cell.ts",
    text,
    typescript.ScriptTarget.Latest,
    true,
    typescript.ScriptKind.TS,
  );
  const visit = (node: ts.Node): boolean => {
    if (typescript.isFunctionLike(node)) return functionHead(node).some(visit);
    if (typescript.isPropertyDeclaration(node) || typescript.isClassStaticBlockDeclaration(node)) {
      return typescript.isPropertyDeclaration(node) && visit(node.name);
    }
    if (typescript.isAwaitExpression(node)) return true;
    if (typescript.isForOfStatement(node) && node.awaitModifier) return true;
    const awaitUsing = typescript.NodeFlags.AwaitUsing;
    if (typescript.isVariableDeclarationList(node) && (node.flags & awaitUsing) === awaitUsing) return true;
    return typescript.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(file);
}

/** What of a function is evaluated where it stands: a computed name. */
function functionHead(node: ts.SignatureDeclaration): ts.Node[] {
  return node.name === undefined ? [] : [node.name];
}
