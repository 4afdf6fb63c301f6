"""The kernel under the clients that people run from a shell: nbconvert, jupyter execute, jupyter run, jupyter console, papermill."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat

BIN = Path(sys.executable).parent
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "rotoscope", "display_name": "TypeScript (rotoscope)", "language": "typescript"}},
    "cells": [
        {"id": f"c{index}", "cell_type": "code", "source": source, "metadata": {}, "execution_count": None, "outputs": []}
        for index, source in enumerate(
            [
                "const n: number = 20; console.log('logged', n)",
                "globalThis[Symbol.for('jupyter.kernel')].widget({ esm: 'export default {}', state: { n } })",
                "await new Promise((resolve) => setTimeout(resolve, 50)); n + 1",
            ]
        )
    ],
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class ClientTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "notebook.ipynb")
        self.path.write_text(json.dumps(NOTEBOOK))

    def tearDown(self):
        self.folder.cleanup()

    def run_client(self, *args, text=None):
        result = subprocess.run(
            args, cwd=self.folder.name, input=text, capture_output=True, text=True, timeout=240, env={**os.environ, "TERM": "dumb"}
        )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def assert_executed(self, name="notebook.ipynb"):
        notebook = nbformat.read(Path(self.folder.name, name), as_version=4)
        nbformat.validate(notebook)
        first, second, third = [cell.outputs for cell in notebook.cells]
        self.assertEqual(first[0].text, "logged 20\n")
        self.assertEqual(third[0].data["text/plain"], "21")
        model = second[0].data[WIDGET_VIEW]["model_id"]
        return notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {}), model

    def test_nbconvert(self):
        """nbconvert executes a notebook and stores its widget's state"""
        self.run_client(sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", "notebook.ipynb")
        state, model = self.assert_executed()
        self.assertEqual(state[model]["state"]["n"], 20)

    def test_nbconvert_script(self):
        """nbconvert writes a notebook as a TypeScript file"""
        self.path.write_text(json.dumps({**NOTEBOOK, "metadata": {**NOTEBOOK["metadata"], "language_info": {"name": "typescript", "file_extension": ".ts"}}}))
        self.run_client(sys.executable, "-m", "nbconvert", "--to", "script", "notebook.ipynb")
        self.assertIn("const n: number = 20;", Path(self.folder.name, "notebook.ts").read_text())

    def test_jupyter_execute(self):
        """jupyter execute runs a notebook in place"""
        self.run_client(str(BIN / "jupyter-execute"), "--inplace", "notebook.ipynb")
        self.assert_executed()

    def test_jupyter_run(self):
        """jupyter run executes a file of code"""
        Path(self.folder.name, "code.ts").write_text("const text: string = 'from a file';\nconsole.log(text)\n")
        out = self.run_client(str(BIN / "jupyter-run"), "--kernel", "rotoscope", "code.ts")
        self.assertIn("from a file", out)

    def test_console(self):
        """jupyter console evaluates what is typed"""
        lines = "const f = (x: number) => x + 1\nf(41)\nconsole.log('typed')\n"
        out = self.run_client(str(BIN / "jupyter-console"), "--kernel", "rotoscope", "--simple-prompt", text=lines)
        self.assertIn("Out[2]: 42", out)
        self.assertIn("typed", out)

    def test_papermill(self):
        """papermill executes a notebook without parameters"""
        self.run_client(sys.executable, "-m", "papermill", "notebook.ipynb", "out.ipynb")
        self.assert_executed("out.ipynb")


if __name__ == "__main__":
    unittest.main()
