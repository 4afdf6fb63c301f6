"""What cells do: their values, outputs, errors, imports and interrupts."""

import os
import tempfile
import time
import unittest
from pathlib import Path

from client import is_idle
from kernel_test_case import KernelTestCase


class CellTests(KernelTestCase):
    def test_value(self):
        """only the last expression is a result, also after an await"""
        self.assertEqual(self.run_ok("1; 2; const a: number = 3; a").result, {"text/plain": "3"})
        self.assertEqual(self.run_ok("const b = await (Promise.resolve(4)); b + 1").result, {"text/plain": "5"})
        self.assertIsNone(self.run_ok("const c = 3").result)

    def test_thenable(self):
        """a thenable as last expression is shown and never awaited, also after an await"""
        thenable = "({ then() { console.log('awaited') }, [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'shown' }) })"
        for code in (thenable, f"await 1; {thenable}", f"const t = {thenable}; await 1; t"):
            run = self.run_ok(code)
            self.assertEqual(run.result, {"text/plain": "shown"}, code)
            self.assertEqual(run.stream("stdout"), "", code)

    def test_display_itself(self):
        """a value whose display method displays by itself has no result"""
        run = self.run_ok("({ [Symbol.for('Jupyter.display')]() { display({ 'text/html': 'x' }) } })")
        self.assertIsNone(run.result)
        self.assertEqual(run.of_type("display_data")[0]["data"], {"text/html": "x"})

    def test_plain_text(self):
        """text/plain has no ANSI escapes and large values are cut"""
        text = self.run_ok("[{ a: 1n, b: 'x', c: null, d: /r/ }, new Float32Array(100_000)]").result["text/plain"]
        self.assertNotIn("\x1b", text)
        self.assertLess(len(text), 5_000)

    def test_arrow_table(self):
        """an Arrow table shows as its size, columns and first rows"""
        run = self.run_ok("import { tableFromArrays } from 'apache-arrow'; tableFromArrays({ x: new Float32Array(1000).fill(1.5) })")
        lines = run.result["text/plain"].splitlines()
        self.assertEqual(lines[:4], ["Table: 1000 rows, 1 columns", "      x", "Float32", "    1.5"])
        self.assertEqual(len(lines), 14)

    def test_log_lines(self):
        """five thousand lines arrive complete and in order"""
        run = self.run_ok("for (let i = 0; i < 5000; i++) console.log(`line ${i}`)")
        self.assertEqual(run.stream("stdout").splitlines(), [f"line {i}" for i in range(5000)])
        self.assertLess(len(run.of_type("stream")), 500)

    def test_live_output(self):
        """a synchronous cell's output shows while it runs"""
        started = time.monotonic()
        msg_id = self.client.kc.execute("console.log('now'); const end = Date.now() + 3000; while (Date.now() < end);")
        self.client.iopub_until(lambda m: m["msg_type"] == "stream" and m["content"]["text"] == "now\n")
        seen = time.monotonic() - started
        self.client.iopub_until(lambda m: is_idle(m) and m["parent_header"]["msg_id"] == msg_id)
        self.assertLess(seen, time.monotonic() - started - 1)

    def test_error(self):
        """an error tells the cell's TypeScript line in a coloured traceback"""
        error = self.run_error("interface A {\n  a: number;\n}\nconst f = (x: A) => {\n  throw new TypeError(`no ${x.a}`);\n};\nf({ a: 1 });")
        self.assertEqual((error["ename"], error["evalue"]), ("TypeError", "no 1"))
        traceback = "\n".join(error["traceback"])
        self.assertIn("\x1b[31m", traceback)
        self.assertRegex(traceback, r"-->   5 \| ")
        self.assertRegex(traceback, r"at f \(cell-\d+\.ts:5:9\)")
        self.assertRegex(traceback, r"at cell-\d+\.ts:7:1")

    def test_compile_error(self):
        """a type error tells its place and the cell does not run"""
        run = self.client.run("console.log('ran');\nconst n: string = 5;")
        error = run.of_type("error")[0]
        self.assertEqual(error["ename"], "CompileError")
        self.assertIn("cell:2:7", "".join(error["traceback"]))
        self.assertEqual(run.stream("stdout"), "")

    def test_thrown_values(self):
        """whatever is thrown is told: a string, undefined, an error with a cause"""
        self.assertEqual(self.run_error("throw 'text'")["evalue"], "text")
        self.assertEqual(self.run_error("throw undefined")["evalue"], "undefined")
        error = self.run_error("throw new Error('outer', { cause: new Error('inner') })")
        self.assertIn("inner", "\n".join(error["traceback"]))

    def test_hostile_values(self):
        """a value that can't be shown and an error that can't be described are errors and do not end the kernel"""
        shown = "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })"
        self.assertIn("BigInt", self.run_error(shown)["evalue"])
        self.assertIn("no show", self.run_error("({ get [Symbol.for('Jupyter.display')]() { throw new Error('no show') } })")["evalue"])
        self.run_error("throw Object.defineProperty(new Error(''), 'message', { get() { throw 1 } })")
        self.run_error("throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })")
        self.run_ok("1")

    def test_aborted(self):
        """after an error the cells that wait are aborted, unless they were sent not to stop"""
        ids = [self.client.kc.execute(code) for code in ("throw 1", "2", "3")]
        self.assertEqual([self.client.reply_to(i)["status"] for i in ids], ["error", "aborted", "aborted"])
        self.run_ok("4")
        ids = [self.client.kc.execute("throw 1", stop_on_error=False), self.client.kc.execute("2")]
        self.assertEqual([self.client.reply_to(i)["status"] for i in ids], ["error", "ok"])

    def test_silent(self):
        """a silent cell publishes nothing and does not count"""
        before = self.run_ok("1").reply["execution_count"]
        run = self.run_ok("console.log('x'); display({ 'text/html': 'x' }); 5", silent=True)
        self.assertEqual({m["msg_type"] for m in run.messages}, {"status"})
        self.assertEqual(self.run_ok("1", store_history=False).reply["execution_count"], before)
        self.assertEqual(self.run_ok("1").reply["execution_count"], before + 1)

    def test_user_expressions(self):
        """user expressions are evaluated after the cell"""
        reply = self.run_ok("const ue = 20", user_expressions={"good": "ue + 1", "bad": "nowhere"}).reply
        self.assertEqual(reply["user_expressions"]["good"]["data"], {"text/plain": "21"})
        self.assertEqual(reply["user_expressions"]["bad"]["status"], "error")

    def test_input(self):
        """a cell can ask for input"""
        msg_id = self.client.kc.execute("const name = await input('Name? '); name.length", allow_stdin=True)
        request = self.client.kc.get_stdin_msg(timeout=60)
        self.assertEqual(request["content"], {"prompt": "Name? ", "password": False})
        self.client.kc.input("Ada")
        self.assertEqual(self.client.reply_to(msg_id)["status"], "ok")
        self.assertIn("does not take input", self.run_error("await input()", allow_stdin=False)["evalue"])

    def test_late_output(self):
        """what a timer displays after its cell belongs to the latest cell"""
        self.run_ok("setTimeout(() => display({ 'text/html': 'late' }), 300)")
        msg_id = self.client.kc.execute("'next'")
        messages = self.client.iopub_until(lambda m: m["msg_type"] == "display_data")
        self.assertEqual(messages[-1]["parent_header"]["msg_id"], msg_id)

    def test_update_display(self):
        """a display can be updated in place"""
        run = self.run_ok("const shown = display({ 'text/html': '1' }); shown.update({ 'text/html': '2' })")
        first = run.of_type("display_data")[0]
        second = run.of_type("update_display_data")[0]
        self.assertEqual(first["transient"], second["transient"])
        self.assertEqual(second["data"], {"text/html": "2"})

    def test_progress(self):
        """a progress bar updates one output"""
        run = self.run_ok("for (const i of progress([1, 2, 3], { label: 'steps' })) await 0")
        self.assertEqual(len(run.of_type("display_data")), 1)
        self.assertIn("3/3", run.of_type("update_display_data")[-1]["data"]["text/plain"])

    def test_unhandled(self):
        """an unhandled rejection and a throwing timer show on stderr and do not end the kernel"""
        run = self.run_ok(
            "Promise.reject(new Error('nobody awaits')); setTimeout(() => { throw new Error('late') }, 0);"
            "await new Promise((resolve) => setTimeout(resolve, 100))"
        )
        self.assertIn("nobody awaits", run.stream("stderr"))
        self.assertIn("late", run.stream("stderr"))
        self.run_ok("1")

    def test_interrupt_busy(self):
        """SIGINT ends a cell that computes"""
        started = Path(self.folder.name) / "started"

        def interrupt_when_started():
            while not started.exists():
                time.sleep(0.1)
            self.interrupt_soon()

        code = "require('node:fs').writeFileSync('started', ''); while (true) {}"
        run = self.client.run(code, during=interrupt_when_started)
        self.assertEqual(run.reply["ename"], "CellInterrupted")

    def test_interrupt_awaiting(self):
        """SIGINT ends a cell that awaits and aborts its interrupt signal"""
        run = self.client.run(
            "const { interruptSignal } = globalThis[Symbol.for('jupyter.kernel')];"
            "interruptSignal.addEventListener('abort', () => console.log('aborted'));"
            "await new Promise(() => {})",
            during=self.interrupt_soon,
        )
        self.assertEqual(run.reply["ename"], "CellInterrupted")
        self.assertEqual(run.stream("stdout"), "aborted\n")
        fresh = self.run_ok("globalThis[Symbol.for('jupyter.kernel')].interruptSignal.aborted")
        self.assertEqual(fresh.result, {"text/plain": "false"})

    def test_interrupt_compiling(self):
        """SIGINT ends a cell that is being compiled, which then does not run, and the next cell runs"""
        count = "type Count<N extends number, A extends 0[] = []> = A['length'] extends N ? A : Count<N, [...A, 0]>;\n"
        long = ", ".join(f"Count<{n}>['length']" for n in range(600, 700))
        code = f"require('node:fs').writeFileSync('ran', '');\n{count}let lengths!: [{long}]; lengths[0].toFixed(); while (true) {{}}"
        run = self.client.run(code, during=self.client.manager.interrupt_kernel)
        self.assertEqual(run.reply["ename"], "CellInterrupted")
        self.assertFalse(Path(self.folder.name, "ran").exists())
        self.assertEqual(self.run_ok("1 + 1").result, {"text/plain": "2"})

    def interrupt_soon(self):
        time.sleep(0.5)
        self.client.manager.interrupt_kernel()

    def test_interrupt_request(self):
        """an interrupt_request on the control channel ends a cell that awaits"""

        def interrupt():
            msg_id = self.client.send("interrupt_request", {}, channel="control")
            self.assertEqual(self.client.reply_to(msg_id, "control")["status"], "ok")

        run = self.client.run("await new Promise(() => {})", during=interrupt)
        self.assertEqual(run.reply["ename"], "CellInterrupted")

    def test_installed_packages(self):
        """a folder without node_modules imports an ESM package installed beside the kernel, with its types"""
        run = self.run_ok("import { encode, decode } from 'fast-png';\nconst image = decode(encode({ width: 1, height: 2, data: new Uint8Array(8) }));\nimage.height")
        self.assertEqual(run.result, {"text/plain": "2"})
        self.assertEqual(run.stream("stderr"), "")
        reply = self.client.kc.inspect("image", 2, reply=True, timeout=60)["content"]
        self.assertIn("DecodedPng", reply["data"]["text/plain"])
        self.assertIn("is not assignable", self.run_error("const s: string = image.height")["evalue"])
        matches = self.client.kc.complete("image.hei", 9, reply=True, timeout=60)["content"]["matches"]
        self.assertEqual(matches, ["height"])

    def test_local_packages(self):
        """a package of the notebook's own folder wins over an installed one, and its workers run"""
        package = Path(self.folder.name, "node_modules", "semver")
        package.mkdir(parents=True)
        (package / "package.json").write_text('{ "name": "semver", "type": "module", "exports": { ".": { "import": { "types": "./index.d.ts", "default": "./index.js" } } } }')
        (package / "index.d.ts").write_text("export function ask(): Promise<number>;")
        (package / "index.js").write_text(
            "import { Worker } from 'node:worker_threads';\n"
            "export const ask = () => new Promise((resolve) => {\n"
            "  new Worker(new URL('./worker.js', import.meta.url)).on('message', resolve);\n"
            "});\n"
        )
        (package / "worker.js").write_text(
            "import { parentPort } from 'node:worker_threads';\nparentPort.postMessage(7);\nsetInterval(() => {}, 1000);\n"
        )
        self.assertEqual(self.run_ok("import { ask } from 'semver';\nawait ask()").result, {"text/plain": "7"})

    def test_local_files(self):
        """local TypeScript and JSON files can be imported, and are compiled again when they change"""
        folder = Path(self.folder.name)
        (folder / "data.json").write_text('{ "a": 5 }')
        (folder / "local.ts").write_text("interface V {\n  v: number;\n}\nexport function make(v: number): V {\n  if (v < 0) throw new Error('negative');\n  return { v };\n}\n")
        run = self.run_ok("import data from './data.json';\nimport { make } from './local.ts';\nmake(data.a)")
        self.assertEqual(run.result, {"text/plain": "{ v: 5 }"})
        self.assertIn("local.ts:5:", "\n".join(self.run_error("make(-1)")["traceback"]))
        (folder / "local.ts").write_text("export function make(v: number): string {\n  return `changed ${v}`;\n}\n")
        deadline = time.monotonic() + 20
        text = ""
        while "changed" not in text and time.monotonic() < deadline:
            text = self.run_ok("import { make } from './local.ts';\nmake(1)").result["text/plain"]
        self.assertEqual(text, "'changed 1'")

    def test_local_circle(self):
        """local files may import one another in a circle and lie outside of the notebook's folder"""
        with tempfile.TemporaryDirectory() as outside:
            Path(outside, "even.ts").write_text("import { odd } from './odd';\nexport function even(n: number): boolean { return n === 0 || odd(n - 1) }\n")
            Path(outside, "odd.ts").write_text("import { even } from './even';\nexport function odd(n: number): boolean { if (n < 0) throw new Error('negative'); return n !== 0 && even(n - 1) }\n")
            folder = os.path.relpath(outside, os.path.realpath(self.folder.name))
            run = self.run_ok(f"import {{ even }} from '{folder}/even';\nimport {{ odd }} from '{folder}/odd.ts';\n[even(10), odd(10)]")
            self.assertEqual(run.result, {"text/plain": "[ true, false ]"})
            self.assertIn("odd.ts:2:60", "\n".join(self.run_error("odd(-1)")["traceback"]))

    def test_completion_in_imports(self):
        """names and packages are completed in imports, and the reply says what they replace"""
        def complete(code, cursor):
            reply = self.client.kc.complete(code, cursor, reply=True, timeout=60)["content"]
            return reply["matches"], reply["cursor_start"], reply["cursor_end"]

        self.assertEqual(complete("import { enc } from 'fast-png'", 12), (["encode"], 9, 12))
        self.assertEqual(complete("import { x } from 'fast-pn'", 26), (["fast-png"], 19, 26))
        self.assertEqual(complete("import fs from 'node:fs/pr'", 26), (["promises"], 24, 26))
        Path(self.folder.name, "helper.ts").write_text("export {}")
        self.assertEqual(complete("import {} from './hel'", 21), (["helper"], 18, 21))

    def test_missing_package(self):
        """a package that is not there is named, and found once it is there"""
        self.assertIn("late-package", self.run_error("import { late } from 'late-package'; late")["evalue"])
        package = Path(self.folder.name, "node_modules", "late-package")
        package.mkdir(parents=True)
        (package / "package.json").write_text('{ "name": "late-package", "main": "index.js", "types": "index.d.ts" }')
        (package / "index.d.ts").write_text("export const late: number;")
        (package / "index.js").write_text("exports.late = 9;")
        self.assertEqual(self.run_ok("import { late } from 'late-package'; late").result, {"text/plain": "9"})

    def test_earlier_names(self):
        """what earlier cells defined is meant wherever it is named, and nowhere else"""
        self.run_ok("interface Pair { left: number; right: number }\nlet left = 1; const right = 2; const pair: Pair = { left: 3, right: 4 };\nconst twice = (n: number) => 2 * n")
        self.assertEqual(self.run_ok("({ left, right, ...{ twice } }).right").result, {"text/plain": "2"})
        self.assertEqual(self.run_ok("const { left: first, right: second } = pair; [first, second]").result, {"text/plain": "[ 3, 4 ]"})
        self.assertEqual(self.run_ok("const { left: a, ...others } = { left, right: 9 }; ({ a, others })").result, {"text/plain": "{ a: 1, others: { right: 9 } }"})
        self.assertEqual(self.run_ok("({ left } = pair); left").result, {"text/plain": "3"})
        self.assertEqual(self.run_ok("({ left = 7 } = {} as Partial<Pair>); left").result, {"text/plain": "7"})
        self.assertEqual(self.run_ok("const local = (left: number) => ({ left, right: twice(right) }); local(5)").result, {"text/plain": "{ left: 5, right: 4 }"})
        self.assertEqual(self.run_ok("class Sum { left = left; right() { return right } static { left += 1 } }; [new Sum().left, new Sum().right(), left]").result, {"text/plain": "[ 8, 2, 8 ]"})
        self.assertEqual(self.run_ok("left++; for (left of [20]); `${left}${twice(left)}`").result, {"text/plain": "'2040'"})

    def test_failed_cell(self):
        """a cell that fails leaves the names of earlier cells as they were"""
        self.run_ok("let steady = 1; const readSteady = () => steady")
        self.run_error("let steady = 'changed'; throw new Error('stop')")
        self.assertEqual(self.run_ok("[steady, readSteady()]").result, {"text/plain": "[ 1, 1 ]"})
        self.run_ok("steady = 2")
        self.assertEqual(self.run_ok("readSteady()").result, {"text/plain": "2"})

    def test_loop_speed(self):
        """a loop over a cell's own variables runs as one in a function does"""
        loop = "for (let i = 0; i < 3e6; i++) total += i % 7"
        run = self.run_ok(
            f"const inside = () => {{ let total = 0; {loop}; return total }};"
            "let clock = performance.now(); inside(); const inFunction = performance.now() - clock;"
            f"let total = 0; clock = performance.now(); {loop}; (performance.now() - clock) / Math.max(5, inFunction)"
        )
        self.assertLess(float(run.result["text/plain"]), 40)

    def test_unnamed_types(self):
        """a value whose type has no name can be used in later cells"""
        self.run_ok("const hidden = (() => { class Inner { #a = 1; private b = 2; c = 3 } return new Inner() })()")
        self.assertEqual(self.run_ok("hidden.c").result, {"text/plain": "3"})

    def test_module_that_awaits(self):
        """import() loads a module that awaits at its top, which an import declaration says it can't"""
        Path(self.folder.name, "awaits.mjs").write_text("export const value = await Promise.resolve(6);")
        self.assertIn("import()", self.run_error("import * as awaits from './awaits.mjs'; awaits.value")["evalue"])
        self.assertEqual(self.run_ok("(await import('./awaits.mjs')).value").result, {"text/plain": "6"})

    def test_exported_names(self):
        """a cell may export, as code copied from a module does"""
        self.run_ok("export const copied = 3;\nexport function twice(n: number) { return 2 * n }")
        self.assertEqual(self.run_ok("twice(copied)").result, {"text/plain": "6"})

    def test_tslab(self):
        """tslab's own display functions keep working"""
        run = self.run_ok("import * as tslab from 'tslab';\ntslab.display.html('<i>x</i>');")
        self.assertEqual(run.of_type("display_data")[0]["data"], {"text/html": "<i>x</i>"})


if __name__ == "__main__":
    unittest.main()
