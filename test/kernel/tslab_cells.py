"""What works in tslab works here: its display functions, its in-memory modules, and cells that build on earlier ones."""

import base64
import unittest
from pathlib import Path

from kernel_test_case import KernelTestCase


class TslabTests(KernelTestCase):
    def text_of(self, code):
        result = self.run_ok(code).result
        return result and result["text/plain"]

    def shown_by(self, code):
        return [content["data"] for content in self.run_ok(f"import * as tslab from 'tslab';\n{code}").of_type("display_data")]

    def test_texts(self):
        """tslab.display shows texts of each type"""
        types = {"html": "text/html", "markdown": "text/markdown", "latex": "text/latex", "svg": "image/svg+xml"}
        types |= {"javascript": "text/javascript", "text": "text/plain"}
        for name, mime in types.items():
            self.assertEqual(self.shown_by(f"tslab.display.{name}('<b>x</b>')"), [{mime: "<b>x</b>"}], name)

    def test_bytes(self):
        """tslab.display shows bytes of each type, from a Buffer, a Uint8Array and a part of one"""
        types = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "pdf": "application/pdf"}
        data = base64.b64encode(b"\1\2\3").decode()
        for name, mime in types.items():
            for value in ("Buffer.from([1, 2, 3])", "new Uint8Array([1, 2, 3])", "new Uint8Array([0, 1, 2, 3]).subarray(1)"):
                self.assertEqual(self.shown_by(f"tslab.display.{name}({value})"), [{mime: data}], name)
        self.assertEqual(self.shown_by("tslab.display.raw('application/json', '[1]')"), [{"application/json": "[1]"}])

    def test_new_display(self):
        """tslab.newDisplay shows once and is overwritten in place"""
        run = self.run_ok("import { newDisplay } from 'tslab';\nconst place = newDisplay(); place.text('1'); place.html('<b>2</b>')")
        [first], [second] = run.of_type("display_data"), run.of_type("update_display_data")
        self.assertEqual((first["data"], second["data"]), ({"text/plain": "1"}, {"text/html": "<b>2</b>"}))
        self.assertEqual(first["transient"], second["transient"])
        [third] = self.run_ok("place.text('3')").of_type("update_display_data")
        self.assertEqual(third["transient"], first["transient"])

    def test_versions(self):
        """tslab.versions names tslab's version and the TypeScript that compiles"""
        self.assertEqual(self.text_of("import * as tslab from 'tslab';\n[tslab.versions.tslab, tslab.versions.typescript]"), "[ '1.0.22', '6.0.3' ]")

    def test_module(self):
        """a cell that starts with @module is a module for later cells, and can be written anew"""
        self.run_ok("/** @module mymath */\nexport const square = (n: number): number => n * n;")
        self.assertEqual(self.text_of("import { square } from './mymath';\nsquare(7)"), "49")
        self.assertIn("is not assignable", self.client.run("const s: string = square(1)").reply["evalue"])
        self.run_ok("/** @module mymath */\nexport const square = (n: number): number => n + 1;")
        self.assertEqual(self.text_of("import { square } from './mymath';\nsquare(7)"), "8")

    def test_declarations(self):
        """functions, classes, enums, types and namespaces of earlier cells are there, and can be declared anew"""
        self.run_ok("interface Shape { area(): number }\nenum Colour { Red, Green = 5 }\ntype Id = string | number\nnamespace Geometry { export const two = 2 }")
        self.run_ok("class Square implements Shape { constructor(readonly side: number) {} area() { return this.side ** Geometry.two } }")
        self.assertEqual(self.text_of("const id: Id = Colour.Green; [new Square(3).area(), Colour[id as number]]"), "[ 9, 'Green' ]")
        self.run_ok("class Cube extends Square { override area() { return 6 * super.area() } }")
        self.assertEqual(self.text_of("new Cube(1).area()"), "6")
        self.run_ok("class Square { readonly name = 'new' }; const Colour = 'blue'")
        self.assertEqual(self.text_of("[new Square().name, Colour]"), "[ 'new', 'blue' ]")
        self.assertEqual(self.text_of("const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(20)"), "6765")
        self.assertEqual(self.text_of("function* count(n: number) { for (let i = 0; i < n; i++) yield i }; [...count(3)]"), "[ 0, 1, 2 ]")

    def test_variables(self):
        """variables are updated across cells, in loops, by closures and by destructuring"""
        self.run_ok("let counter = 0; const increase = () => ++counter; var list: number[] = []")
        self.run_ok("for (const i of [1, 2]) { counter += i; list.push(counter) } increase()")
        self.assertEqual(self.text_of("[counter, list]"), "[ 4, [ 1, 3 ] ]")
        self.run_ok("let [first, { second = 5, ...rest }] = [1, { third: 3 } as { second?: number; third: number }]")
        self.assertEqual(self.text_of("[first, second, rest]"), "[ 1, 5, { third: 3 } ]")
        self.run_ok("[first, second] = [second, first]")
        self.assertEqual(self.text_of("`${first} ${second}`"), "'5 1'")
        self.assertEqual(self.text_of("let toString = 1, constructor = 2, hasOwnProperty = 3; [toString, constructor, hasOwnProperty]"), "[ 1, 2, 3 ]")
        self.assertEqual(self.text_of("toString + constructor"), "3")
        self.assertIn("const", self.client.run("const fixed = 1; fixed = 2").reply["evalue"])
        self.assertEqual(self.text_of("const counter = 'text'; counter"), "'text'")

    def test_asynchronous(self):
        """await works at the top, in loops and in declarations, and a rejection is the cell's error"""
        self.assertEqual(self.text_of("const later = <T,>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 5, value)); await later(3)"), "3")
        self.assertEqual(self.text_of("const { x, y: [z] } = await later({ x: 1, y: [2] }); let sum = 0; for (const p of [later(1), later(2)]) sum += await p; [x, z, sum]"), "[ 1, 2, 3 ]")
        self.assertEqual(self.text_of("async function* letters() { yield 'a'; yield 'b' }; const all: string[] = []; for await (const l of letters()) all.push(l); all"), "[ 'a', 'b' ]")
        reply = self.client.run("await Promise.reject(new RangeError('far'))").reply
        self.assertEqual((reply["ename"], reply["evalue"]), ("RangeError", "far"))
        self.assertEqual(self.text_of("const [a, b] = await Promise.all([import('node:os'), import('node:path')]); [typeof a.cpus, b.join('x', 'y')]"), "[ 'function', 'x/y' ]")

    def test_imports(self):
        """each form of import works, of Node's modules and of local files, and stays for later cells"""
        folder = Path(self.folder.name)
        (folder / "lib").mkdir()
        (folder / "lib" / "index.ts").write_text("export default class Box { constructor(public v: number) {} }\nexport * from './other';\nexport type { T } from './other';")
        (folder / "lib" / "other.ts").write_text("export type T = { a: number };\nexport const one = 1;\nexport const fail = () => { throw new Error('from other') };")
        self.run_ok("import fs, { readFileSync as read } from 'fs';\nimport * as path from 'node:path';\nimport type { Stats } from 'fs';\nimport { createHash } from 'crypto';")
        self.assertEqual(self.text_of("const s: Stats = fs.statSync('.'); [s.isDirectory(), path.extname('a.ts'), typeof read, createHash('md5').update('').digest('hex').length]"), "[ true, '.ts', 'function', 32 ]")
        self.run_ok("import Box, { one, fail, type T } from './lib';")
        self.assertEqual(self.text_of("const t: T = { a: one }; [new Box(2), t]"), "[ Box { v: 2 }, { a: 1 } ]")
        self.assertIn("other.ts:3", "\n".join(self.client.run("fail()").reply["traceback"]))

    def test_last_expression(self):
        """what a cell shows: its last expression and no declaration, assignment to undefined or function call of none"""
        for code, text in {
            "let n = 4": None,
            "n = 6": "6",
            "n++": "6",
            "undefined": None,
            "null": None,
            "void 0": None,
            "if (n) n": None,
            "0": "0",
            "''": "''",
            "false": "false",
            "({})": "{}",
            "(() => 1)": "[Function (anonymous)]",
            "Symbol.for('s')": "Symbol(s)",
            "10n ** 20n": "100000000000000000000n",
            "n // seven": "7",
            "new Map([[1, { a: 2 }]])": "Map(1) { 1 => { a: 2 } }",
        }.items():
            self.assertEqual(self.text_of(code), text, code)


if __name__ == "__main__":
    unittest.main()
