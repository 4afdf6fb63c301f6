import type ts from "typescript";

/** The source that tslab gives to a cell; a source map names it. */
export const CELL_FILE: RegExp = /(^|\/)__tslab__\.ts$/;

/**
 * A compiled cell, still a module, with two changes. Its names are shared by accessors, at its end, instead of exports:
 * TypeScript would write an exported variable twice at each assignment, which makes a loop a hundred times slower, and a
 * cell that fails would have changed the names of earlier ones. And `import()` can load what `require` can't.
 */
export function prepareCellModule(typescript: typeof ts, source: string): string {
  const file = typescript.createSourceFile("cell.js", source, typescript.ScriptTarget.Latest, true);
  const imported = new Set(file.statements.flatMap((statement) => importedNames(typescript, statement)));
  const edits: { start: number; end: number; text: string }[] = [];
  for (const statement of file.statements) {
    if (!typescript.isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) continue;
    if (!typescript.isNamedExports(statement.exportClause)) continue;
    const names = statement.exportClause.elements.map(({ name }) => name.text);
    const text = names.map((name) => shareName(name, !imported.has(name))).join("");
    edits.push({ start: statement.getStart(file), end: statement.end, text });
  }
  const visit = (node: ts.Node): void => {
    if (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
      const { expression } = node;
      const text = "((name) => __tslab__.import(name, () => import(name)))";
      edits.push({ start: expression.getStart(file), end: expression.end, text });
    }
    typescript.forEachChild(node, visit);
  };
  visit(file);
  edits.sort((a, b) => b.start - a.start);
  return edits.reduce((rest, { start, end, text }) => rest.slice(0, start) + text + rest.slice(end), source);
}

function shareName(name: string, assignable: boolean): string {
  const setter = assignable ? `, set: (value) => { ${name} = value; }` : "";
  return `Object.defineProperty(exports, "${name}", { configurable: true, enumerable: true, get: () => ${name}${setter} });`;
}

function importedNames(typescript: typeof ts, statement: ts.Statement): string[] {
  if (!typescript.isImportDeclaration(statement)) return [];
  const { name, namedBindings } = statement.importClause ?? {};
  const first = name ? [name.text] : [];
  if (namedBindings === undefined) return first;
  if (typescript.isNamespaceImport(namedBindings)) return [...first, namedBindings.name.text];
  return [...first, ...namedBindings.elements.map((element) => element.name.text)];
}
