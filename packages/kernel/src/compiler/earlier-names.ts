import type ts from "typescript";
import { nameForTslab } from "./emitted-paths.js";

/** The file in which tslab declares what earlier cells defined. */
const EARLIER_CELLS = /(^|\/)__prev__\.d\.ts$/;

/** A program as TypeScript has it inside: it can emit declarations though a type in them has no name. */
interface ForcibleProgram extends ts.Program {
  emit(...args: [...Parameters<ts.Program["emit"]>, forceDeclarations?: boolean]): ts.EmitResult;
}

/**
 * The program that tslab compiles a cell with, corrected where tslab writes `exports.name` for what earlier cells
 * defined: a shorthand property `{ name }` gets its value from there, and the name of a property is no such name.
 */
export function withEarlierNames<T extends ts.BuilderProgram>(typescript: typeof ts, builder: T): T {
  const program = builder.getProgram();
  const { outDir = "" } = program.getCompilerOptions();
  let names: ts.TypeChecker | undefined;
  // Not before it is asked for: a cell that declares something is read twice before it is checked.
  const getTypeChecker = (): ts.TypeChecker => {
    const checker = program.getTypeChecker();
    names ??= Object.assign(Object.create(checker) as ts.TypeChecker, {
      getSymbolAtLocation: (node: ts.Node) =>
        isPropertyName(typescript, node) ? undefined : checker.getSymbolAtLocation(node),
    });
    return names;
  };
  const namedProgram = Object.assign(Object.create(program) as ts.Program, { getTypeChecker });
  const emit: T["emit"] = (file, write, token, onlyDeclarations, transformers) =>
    (program as ForcibleProgram).emit(
      file,
      write && ((name, ...data) => write(nameForTslab(name, outDir, program.getCurrentDirectory()), ...data)),
      token,
      onlyDeclarations,
      { ...transformers, before: [spellOutShorthands(typescript, program.getTypeChecker())] },
      true,
    );
  return Object.assign(Object.create(builder) as T, { getProgram: () => namedProgram, emit });
}

/** Whether an identifier names a property and no variable: the `a` of `{ a: 1 }` and of `const { a: b } = c`. */
function isPropertyName(typescript: typeof ts, node: ts.Node): boolean {
  const original = typescript.getParseTreeNode(node);
  const parent = original?.parent;
  if (parent === undefined) return false;
  if (typescript.isBindingElement(parent)) return parent.propertyName === original;
  return typescript.isPropertyAssignment(parent) && parent.name === original;
}

/** Writes `{ name }` as `{ name: exports.name }` where an earlier cell defined the name. */
function spellOutShorthands(typescript: typeof ts, checker: ts.TypeChecker): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = typescript;
  return (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => {
      if (
        !typescript.isShorthandPropertyAssignment(node) ||
        !isEarlier(checker.getShorthandAssignmentValueSymbol(node))
      ) {
        return typescript.visitEachChild(node, visit, context);
      }
      const value = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name.text);
      const fallback = node.objectAssignmentInitializer;
      const target = fallback
        ? factory.createAssignment(value, typescript.visitNode(fallback, visit) as ts.Expression)
        : value;
      return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), target);
    };
    return typescript.visitNode(file, visit) as ts.SourceFile;
  };
}

function isEarlier(symbol: ts.Symbol | undefined): boolean {
  return symbol?.declarations?.some((declaration) => EARLIER_CELLS.test(declaration.getSourceFile().fileName)) ?? false;
}
