"""Runs a test module of this folder and prints a JSON object per test: name, outcome (ok, skipped or failed) and detail.

Usage: python suite.py MODULE
"""

import importlib
import json
import sys
import unittest
from pathlib import Path


class JsonResult(unittest.TestResult):
    def _print(self, test, outcome, detail=""):
        name = test.shortDescription() or test.id().rsplit(".", 1)[-1]
        print(json.dumps({"name": name, "outcome": outcome, "detail": detail}), flush=True)

    def startTest(self, test):
        super().startTest(test)
        self._subtest_failed = False

    def addSuccess(self, test):
        if not self._subtest_failed:
            self._print(test, "ok")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._subtest_failed = True
            self._print(test, "failed", f"{subtest}\n{self._exc_info_to_string(err, test)}")

    def addFailure(self, test, err):
        self._print(test, "failed", self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        self._print(test, "skipped", reason)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    suite = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(sys.argv[1]))
    suite.run(JsonResult())
