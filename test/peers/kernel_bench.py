"""Times our kernel beside ipykernel and stock tslab, in one run, and prints the ratios.

Usage: python kernel_bench.py [--short]
Kernels take turns, so that a busy moment of the machine meets all. What each answers is checked before it is timed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
NODE = os.environ.get("ROTOSCOPE_NODE", "node")
BRIDGE = "globalThis[Symbol.for('jupyter.kernel')]"
SETTLED_SECONDS = 8
BIG = 4 * 1024 * 1024

KERNELS = {
    "rotoscope": {
        "argv": [NODE, str(ROOT / "packages/kernel/bin/rotoscope-kernel.js"), "{connection_file}"],
        "echo": f"{BRIDGE}.onComm('echo', (comm) => comm.onMessage((m) => comm.send(m.data, {{ buffers: m.buffers }})))",
        "wait": "await new Promise((resolve) => setTimeout(resolve, 20_000))",
    },
    "ipykernel": {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "echo": (
            "def opened(comm, message):\n"
            "    comm.on_msg(lambda m: comm.send(m['content']['data'], buffers=m['buffers']))\n"
            "get_ipython().kernel.comm_manager.register_target('echo', opened)"
        ),
    },
    "tslab": {"argv": [NODE, str(ROOT / "node_modules/tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"]},
}


class Kernel:
    """A kernel that was started, with the seconds until it first said idle."""

    def __init__(self, name, folder):
        self.name = name
        self.manager = KernelManager(kernel_name=name)
        started = time.perf_counter()
        # stock tslab needs @types/node beside the notebook.
        self.manager.start_kernel(cwd=str(ROOT) if name == "tslab" else folder, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.first_idle = time.perf_counter() - started

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code):
        """Runs a cell and returns the seconds it took and what it displayed as text."""
        started = time.perf_counter()
        msg_id = self.client.execute(code)
        text = ""
        while True:
            message = self.next_message()
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            content = message["content"]
            text += content.get("text", "") + content.get("data", {}).get("text/plain", "")
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return time.perf_counter() - started, text.strip()

    def next_message(self):
        """The next iopub message, without the pauses of jupyter_client's own waiting."""
        socket = self.client.iopub_channel.socket
        if not socket.poll(60_000):
            raise TimeoutError(f"{self.name} does not answer")
        _, frames = self.client.session.feed_identities(socket.recv_multipart(copy=False), copy=False)
        return self.client.session.deserialize(frames, copy=False)

    def megabytes(self):
        status = Path(f"/proc/{self.manager.provisioner.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def settled_megabytes(self):
        """The memory once it no longer changes: a busy machine warms up slowly."""
        time.sleep(SETTLED_SECONDS)
        before, now = 0, self.megabytes()
        while abs(now - before) > 1:
            time.sleep(SETTLED_SECONDS / 2)
            before, now = now, self.megabytes()
        return now

    def echo(self, data, times):
        """The median seconds of a comm message there and back; what comes back is compared."""
        seconds = []
        for index in range(times):
            started = time.perf_counter()
            self.send("comm_msg", {"comm_id": "c", "data": {"n": index}}, [data])
            while True:
                message = self.next_message()
                if message["msg_type"] == "comm_msg":
                    break
            seconds.append(time.perf_counter() - started)
            assert message["content"]["data"] == {"n": index} and bytes(message["buffers"][0]) == data, self.name
        return statistics.median(seconds)

    def send(self, msg_type, content, buffers=None):
        session = self.client.session
        session.send(self.client.shell_channel.socket, session.msg(msg_type, content), buffers=buffers)


def install(folder):
    for name, kernel in KERNELS.items():
        spec = folder / "kernels" / name
        spec.mkdir(parents=True)
        fields = {"argv": kernel["argv"], "display_name": name, "language": "any", "interrupt_mode": "signal"}
        (spec / "kernel.json").write_text(json.dumps(fields))


def measure(name, folder):
    kernel = Kernel(name, folder)
    figures = {"start to first idle (s)": kernel.first_idle}
    try:
        first, text = kernel.run("1 + 1")
        assert text == "2", (name, text)
        figures["first cell (s)"] = first
        cells = [kernel.run(f"{index} + 1") for index in range(30)]
        assert [text for _, text in cells] == [str(index + 1) for index in range(30)], name
        figures["trivial cell (ms)"] = 1000 * statistics.median(seconds for seconds, _ in cells)
        if "echo" in KERNELS[name]:
            kernel.run(KERNELS[name]["echo"])
            kernel.send("comm_open", {"comm_id": "c", "target_name": "echo", "data": {}})
            figures["comm echo, 1 KB (ms)"] = 1000 * kernel.echo(os.urandom(1024), 100)
            if "wait" in KERNELS[name]:
                kernel.client.execute(KERNELS[name]["wait"])
                time.sleep(0.5)
                figures["comm echo while a cell awaits (ms)"] = 1000 * kernel.echo(b"x", 100)
                kernel.manager.interrupt_kernel()
                time.sleep(0.5)
            figures["comm echo, 4 MB (ms)"] = 1000 * kernel.echo(os.urandom(BIG), 15)
    finally:
        kernel.close()
    kernel = Kernel(name, folder)
    try:
        figures["memory at idle (MB)"] = kernel.settled_megabytes()
    finally:
        kernel.close()
    return figures


def main():
    rounds = 1 if "--short" in sys.argv else 3
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_PATH"] = folder
        os.environ["IPYTHONDIR"] = f"{folder}/ipython"
        install(Path(folder))
        # The first start of all fills our kernel's code cache, as the start of an earlier notebook would have.
        kernel = Kernel("rotoscope", folder)
        time.sleep(SETTLED_SECONDS)
        kernel.close()
        turns = [{name: measure(name, folder) for name in KERNELS} for _ in range(rounds)]
    medians = {
        name: {figure: statistics.median(turn[name][figure] for turn in turns) for figure in turns[0][name]}
        for name in KERNELS
    }
    print(f"{'':38}{'rotoscope':>12}{'ipykernel':>12}{'tslab':>12}{'to ipykernel':>14}{'to tslab':>10}")
    for figure, ours in medians["rotoscope"].items():
        others = [medians[name].get(figure) for name in ("ipykernel", "tslab")]
        values = "".join(f"{value:12.2f}" if value is not None else f"{'-':>12}" for value in (ours, *others))
        ratios = [f"{ours / value:.2f}" if value else "-" for value in others]
        print(f"{figure:38}{values}{ratios[0]:>14}{ratios[1]:>10}")


if __name__ == "__main__":
    main()
