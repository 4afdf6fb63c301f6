import { expect, test } from "vitest";
import { plainText } from "./mime-bundle.js";

/** A table with the interface of Arrow's; one of Arrow's own is shown in test/kernel. */
function table(columns: Record<string, readonly unknown[]>, type: string): object {
  const lists = Object.values(columns);
  return {
    numRows: lists[0]?.length ?? 0,
    schema: { fields: Object.keys(columns).map((name) => ({ name, type })) },
    getChildAt: (index: number) => ({ get: (row: number) => lists[index]?.[row] }),
  };
}

test("a table shows as its size, columns, types and first rows", () => {
  const rows = Array.from({ length: 1000 }, (_, index) => index);
  const lines = plainText(table({ x: rows, count: rows }, "Int32")).split("\n");
  expect(lines.slice(0, 4)).toEqual(["Table: 1000 rows, 2 columns", "    x  count", "Int32  Int32", "    0      0"]);
  expect(lines[12]).toBe("    9      9");
  expect(lines.slice(13)).toEqual(["..."]);
});

test("an empty table and one with long values stay short", () => {
  expect(plainText(table({ x: [] }, "Int32"))).toBe("Table: 0 rows, 1 columns\n    x\nInt32");
  expect(plainText(table({ text: ["a".repeat(500)] }, "Utf8")).length).toBeLessThan(200);
});

test("what only looks a little like a table shows as it is", () => {
  expect(plainText({ numRows: 3 })).toBe("{ numRows: 3 }");
});
