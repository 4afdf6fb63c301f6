"""An interrupt stops a search that a cell awaits, and what was found so far is its result."""

import tempfile
import time
import unittest

from client import Client

SEARCH = """
import { match, rotationSet } from "rotoscope";
const side = 48;
const ramp = (n: number) => ({ data: Float32Array.from({ length: n ** 3 }, (_, i) => Math.sin(i * i)), shape: [n, n, n], stride: [n * n, n, 1] });
const search = match({
  target: { ...ramp(side), voxelSizeAngstrom: [1, 1, 1], originAngstrom: [0, 0, 0] },
  template: { ...ramp(10), voxelSizeAngstrom: [1, 1, 1], originAngstrom: [0, 0, 0] },
  rotations: rotationSet({ angularSamplingDegrees: 3 }),
  workers: 1,
});
"""


class InterruptedSearchTests(unittest.TestCase):
    def test_interrupt(self):
        """await search ends with what was found until the interrupt, and the kernel goes on"""
        with tempfile.TemporaryDirectory() as folder:
            client = Client(folder)
            try:
                started = client.run(SEARCH)
                self.assertEqual(started.reply["status"], "ok", started.reply)

                def interrupt():
                    time.sleep(3)
                    client.manager.interrupt_kernel()

                run = client.run("await search", during=interrupt)
                self.assertEqual(run.reply["ename"], "CellInterrupted")
                after = client.run(
                    "const partial = await search; const { done, total } = search.progress;"
                    "[search.running, done > 0, done < total, partial.scores.data.some((score) => score > 0)]"
                )
                self.assertEqual(after.result, {"text/plain": "[ false, true, true, true ]"}, after.reply)
            finally:
                client.close()


if __name__ == "__main__":
    unittest.main()
