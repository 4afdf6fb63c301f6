import type ts from "typescript";

/** The source that tslab gives to a cell; a source map names it. */
export const CELL_FILE: RegExp = /(^|\/)__tslab__\.ts$/;

/** A compiled cell that was prepared to be run. */
export interface PreparedCell {
  readonly text: string;
  /** Whether it still imports or exports, so that it has to be turned into CommonJS. */
  readonly isModule: boolean;
}

/**
 * A compiled cell, a module, with two changes. Its names are shared by accessors, at its end, instead of exports:
 * TypeScript would write an exported variable twice at each assignment, which makes a loop a hundred times slower, and a
 * cell that fails would have changed the names of earlier ones. And `import()` can load what `require` can't.
 */
export function prepareCellModule(typescript: typeof ts, source: string): PreparedCell {
  const file = typescript.createSourceFile("cell.js", source, typescript.ScriptTarget.Latest, true);
  const imported = new Set(file.statements.flatMap((statement) => importedNames(typescript, statement)));
  const edits: { start: number; end: number; text: string }[] = [];
  const shared = new Set<ts.Statement>();
  let imports = false;
  for (const statement of file.statements) {
    const lastExpression = exportedExpression(typescript, statement);
    if (lastExpression !== undefined) {
      const start = statement.getStart(file);
      const end = lastExpression.initializer.getStart(file);
      // As long as what it replaces, so that positions in the line stay.
      edits.push({ start, end, text: `exports.${lastExpression.name.text} = `.padEnd(end - start) });
      shared.add(statement);
    }
    if (!typescript.isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) continue;
    if (!typescript.isNamedExports(statement.exportClause)) continue;
    const names = statement.exportClause.elements.map(({ name }) => name.text);
    const text = names.map((name) => shareName(name, !imported.has(name))).join("");
    edits.push({ start: statement.getStart(file), end: statement.end, text });
    shared.add(statement);
  }
  const visit = (node: ts.Node): void => {
    if (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
      const { expression } = node;
      const text = "((name) => __tslab__.import(name, () => import(name)))";
      edits.push({ start: expression.getStart(file), end: expression.end, text });
      imports = true;
    }
    imports ||= typescript.isMetaProperty(node) && node.keywordToken === typescript.SyntaxKind.ImportKeyword;
    typescript.forEachChild(node, visit);
  };
  visit(file);
  edits.sort((a, b) => b.start - a.start);
  return {
    text: edits.reduce((rest, { start, end, text }) => rest.slice(0, start) + text + rest.slice(end), source),
    isModule: imports || file.statements.some((node) => !shared.has(node) && isModuleSyntax(typescript, node)),
  };
}

/** The declaration of `export const name = ...`, which is how tslab hands over a cell's last expression. */
function exportedExpression(
  typescript: typeof ts,
  statement: ts.Statement,
): { name: ts.Identifier; initializer: ts.Expression } | undefined {
  if (!typescript.isVariableStatement(statement) || !isModuleSyntax(typescript, statement)) return undefined;
  const [declaration] = statement.declarationList.declarations;
  const { name, initializer } = declaration ?? {};
  return name && typescript.isIdentifier(name) && initializer ? { name, initializer } : undefined;
}

function isModuleSyntax(typescript: typeof ts, node: ts.Statement): boolean {
  if (typescript.isImportDeclaration(node) || typescript.isImportEqualsDeclaration(node)) return true;
  if (typescript.isExportDeclaration(node) || typescript.isExportAssignment(node)) return true;
  const modifiers = typescript.canHaveModifiers(node) ? (typescript.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === typescript.SyntaxKind.ExportKeyword);
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
