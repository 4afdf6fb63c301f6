import type ts from "typescript";
import { documentationOf } from "./documentation.js";
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
  if (symbol === undefined || checker.isUnknownSymbol(symbol)) return undefined;
  const enclosing = typescript.findAncestor(node.parent, (parent) => typescript.isFunctionLike(parent)) ?? file;
  const { displayParts, symbolKind } = typescript.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    enclosing,
    node,
  );
  const documented = symbol.flags & typescript.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const documentation = documentationOf(typescript, documented);
  const asParts = (text: string): ts.SymbolDisplayPart[] => [{ kind: "text", text }];
  return {
    kind: symbolKind,
    kindModifiers: "",
    textSpan: { start: node.getStart(file), length: node.getWidth(file) },
    displayParts,
    documentation: documentation?.text ? asParts(documentation.text) : [],
    tags: (documentation?.tags ?? []).map(({ name, text }) => ({ name, text: asParts(text) })),
  };
}
