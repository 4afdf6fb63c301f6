import { inspect } from "node:util";

/** The part of an Arrow table that a preview reads; no library is imported for it. */
interface TableLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

const SHOWN_ROWS = 10;
const SHOWN_COLUMNS = 12;
const CELL_CHARACTERS = 24;

/** Whether a value is an Arrow table, of whatever copy of the library. */
export function isTable(value: unknown): value is TableLike {
  if (typeof value !== "object" || value === null) return false;
  const { numRows, schema, getChildAt } = value as Partial<TableLike>;
  return typeof numRows === "number" && Array.isArray(schema?.fields) && typeof getChildAt === "function";
}

/** A table's size, columns with their types, and first rows. */
export function tablePreview(table: TableLike): string {
  const fields = table.schema.fields.slice(0, SHOWN_COLUMNS);
  const rows = Array.from({ length: Math.min(table.numRows, SHOWN_ROWS) }, (_, row) =>
    fields.map((_field, column) => cut(table.getChildAt(column)?.get(row))),
  );
  const lines = [fields.map(({ name }) => cut(name)), fields.map(({ type }) => cut(String(type))), ...rows];
  const widths = fields.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) => line.map((cell, column) => cell.padStart(widths[column]!)).join("  "));
  const size = `Table: ${table.numRows} rows, ${table.schema.fields.length} columns`;
  const more = table.numRows > SHOWN_ROWS ? ["..."] : [];
  return [size, ...text, ...more].join("\n");
}

function cut(value: unknown): string {
  const text =
    typeof value === "string" ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 6 });
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS - 3)}...` : text;
}
