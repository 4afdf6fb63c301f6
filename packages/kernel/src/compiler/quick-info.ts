import type ts from "typescript";
import type { TypeScriptInternals } from "./typescript-for-tslab.js";

/** The declaration and documentation of the name at `position`, or undefined where there is none. */
export function quickInfoAtPosition(
  typescript: typeof ts & TypeScriptInternals,
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  position: number,
): ts.QuickInfo | undefined {
  const node = typescript.getTouchingPropertyName(file, position);
  if (node === file) return undefined;
  const symbol = checker.getSymbolAtLocation(node);
  if (
    symbol === undefined ||
    (checker as unknown as { isUnknownSymbol(s: ts.Symbol): boolean }).isUnknownSymbol(symbol)
  ) {
    return undefined;
  }
  const described = typescript.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    enclosingDeclaration(typescript, node),
    node,
  );
  return {
    kind: described.symbolKind,
    kindModifiers: "",
    textSpan: { start: node.getStart(file), length: node.getWidth(file) },
    displayParts: described.displayParts,
    documentation: described.documentation,
    ...(described.tags && { tags: described.tags }),
  };
}

function enclosingDeclaration(typescript: typeof ts, node: ts.Node): ts.Node {
  let current = node.parent;
  while (current.parent && !typescript.isSourceFile(current) && !typescript.isFunctionLike(current))
    current = current.parent;
  return current;
}
