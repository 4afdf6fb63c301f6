import type ts from "typescript";

/** The documentation of a symbol's declarations: the comment and its tags. */
export interface Documentation {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

const parsed = new WeakMap<ts.SourceFile, ts.SourceFile>();

/**
 * The documentation of the symbol's first documented declaration. The program is read without comments; the file of the
 * declaration is read once more with them.
 */
export function documentationOf(typescript: typeof ts, symbol: ts.Symbol): Documentation | undefined {
  for (const declaration of symbol.declarations ?? []) {
    const file = withComments(typescript, declaration.getSourceFile());
    const [comment] = commentsAt(typescript, file, declaration);
    if (comment !== undefined) return readComment(typescript, comment);
  }
  return undefined;
}

function withComments(typescript: typeof ts, file: ts.SourceFile): ts.SourceFile {
  const known = parsed.get(file) ?? typescript.createSourceFile(file.fileName, file.text, file.languageVersion, true);
  parsed.set(file, known);
  return known;
}

function commentsAt(typescript: typeof ts, file: ts.SourceFile, declaration: ts.Node): ts.JSDoc[] {
  const find = (node: ts.Node): ts.Node | undefined => {
    if (node.end < declaration.end || node.pos > declaration.pos) return undefined;
    if (node.pos === declaration.pos && node.end === declaration.end && node.kind === declaration.kind) return node;
    return typescript.forEachChild(node, find);
  };
  const node = find(file);
  return node === undefined
    ? []
    : typescript
        .getJSDocCommentsAndTags(node)
        .filter((item) => typescript.isJSDoc(item))
        .slice(-1);
}

function readComment(typescript: typeof ts, comment: ts.JSDoc): Documentation {
  return {
    text: typescript.getTextOfJSDocComment(comment.comment) ?? "",
    tags: (comment.tags ?? []).map((tag) => {
      const name = typescript.isJSDocParameterTag(tag) ? `${tag.name.getText()} ` : "";
      return { name: tag.tagName.text, text: name + (typescript.getTextOfJSDocComment(tag.comment) ?? "") };
    }),
  };
}
