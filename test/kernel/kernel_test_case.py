"""What the tests of this folder share: one kernel, in a folder of its own, for all tests of a class."""

import tempfile
import unittest

from client import Client


class KernelTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.client = Client(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.folder.cleanup()

    def run_ok(self, code, **options):
        run = self.client.run(code, **options)
        self.assertEqual(run.reply["status"], "ok", run.reply)
        return run

    def run_error(self, code, **options):
        run = self.client.run(code, **options)
        self.assertEqual(run.reply["status"], "error", run.reply)
        return run.of_type("error")[0]
