"""What clients see beside cells: comms, widgets, the channels, and the kernel's beginning and end."""

import os
import signal
import subprocess
import sys
import time
import unittest
from random import Random

from client import Client, is_idle
from kernel_test_case import KernelTestCase

KERNEL = "globalThis[Symbol.for('jupyter.kernel')]"


class ProtocolTests(KernelTestCase):
    def comm_message(self, comm_id):
        return self.client.iopub_until(lambda m: m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == comm_id)

    def assert_alive(self):
        """A cell runs, once those that were sent before and failed no longer take it with them."""
        deadline = time.monotonic() + 60
        run = self.client.run("'alive'")
        while run.reply["status"] == "aborted" and time.monotonic() < deadline:
            run = self.client.run("'alive'")
        self.assertEqual(run.result, {"text/plain": "'alive'"})

    def test_kernel_info(self):
        """kernel_info tells the language as JupyterLab needs it, and that there is no debugger"""
        content = self.client.kc.kernel_info(reply=True, timeout=60)["content"]
        language = content["language_info"]
        self.assertEqual(content["status"], "ok")
        self.assertIs(content["debugger"], False)
        self.assertEqual(language["name"], "typescript")
        self.assertEqual(language["mimetype"], "text/typescript")
        self.assertEqual(language["file_extension"], ".ts")
        self.assertEqual(language["codemirror_mode"], "typescript")
        self.assertTrue(language["nbconvert_exporter"])

    def test_comm_from_front_end(self):
        """a comm from the front end carries data and buffers both ways while a cell awaits"""
        self.client.run(
            f"{KERNEL}.onComm('echo', (comm, opening) => {{"
            "  comm.send({ opened: opening.data });"
            "  comm.onMessage(({ data, buffers }) => comm.send({ data }, { buffers: buffers.map((b) => b.reverse()) }));"
            "})"
        )
        cell = self.client.kc.execute("await new Promise((resolve) => setTimeout(resolve, 1500))")
        self.client.wait_for_input(cell)
        self.client.send("comm_open", {"comm_id": "front", "target_name": "echo", "data": {"x": 1}})
        self.assertEqual(self.comm_message("front")[-1]["content"]["data"], {"opened": {"x": 1}})
        request = self.client.send("comm_msg", {"comm_id": "front", "data": {"y": 2}}, buffers=[b"abc", b"", b"\x00\xff"])
        reply = self.comm_message("front")[-1]
        self.assertEqual(reply["content"]["data"], {"data": {"y": 2}})
        self.assertEqual([bytes(b) for b in reply["buffers"]], [b"cba", b"", b"\xff\x00"])
        self.assertEqual(reply["parent_header"]["msg_id"], cell)
        after = self.client.iopub_until(lambda m: is_idle(m) and m["parent_header"]["msg_id"] == cell)
        states = [
            (m["content"]["execution_state"], m["parent_header"]["msg_id"]) for m in after if m["msg_type"] == "status"
        ]
        self.assertEqual(states, [("idle", request), ("busy", cell), ("idle", cell)])
        comms = self.client.kc.comm_info("echo", reply=True, timeout=60)["content"]["comms"]
        self.assertEqual(comms, {"front": {"target_name": "echo"}})
        self.client.send("comm_close", {"comm_id": "front", "data": {}})
        self.assertEqual(self.client.kc.comm_info("echo", reply=True, timeout=60)["content"]["comms"], {})

    def test_comm_from_kernel(self):
        """a comm from the kernel sends a copy of its buffers and ends at close"""
        run = self.client.run(
            "const bytes = new Uint8Array([9, 1, 2, 3]);"
            f"const comm = {KERNEL}.openComm('target', {{ data: {{ a: 1 }}, metadata: {{ m: 2 }}, buffers: [bytes.subarray(1)] }});"
            "comm.send({ b: 2 }, { buffers: [new Float32Array([1]), bytes] }); bytes.fill(0); comm.close({ c: 3 });"
        )
        opened, sent, closed = [m for m in run.messages if m["msg_type"].startswith("comm_")]
        self.assertEqual((opened["content"]["target_name"], opened["content"]["data"]), ("target", {"a": 1}))
        self.assertEqual((opened["metadata"], bytes(opened["buffers"][0])), ({"m": 2}, b"\1\2\3"))
        self.assertEqual([bytes(b) for b in sent["buffers"]], [b"\0\0\x80?", b"\t\1\2\3"])
        self.assertEqual((closed["msg_type"], closed["content"]["data"]), ("comm_close", {"c": 3}))

    def test_unknown_comm_target(self):
        """a comm that nobody expects is closed"""
        self.client.send("comm_open", {"comm_id": "lost", "target_name": "nowhere", "data": {}})
        self.client.iopub_until(lambda m: m["msg_type"] == "comm_close" and m["content"]["comm_id"] == "lost")

    def test_widget(self):
        """an anywidget opens with its layout, state and buffers, follows updates and sends messages"""
        run = self.client.run(
            "const shown = widget({ esm: 'export default {}', css: 'a{}',"
            "  state: { n: 1, deep: { list: [new Uint8Array([5]), 2] } } });"
            "shown.onChange((changed) => console.log(JSON.stringify(changed)));"
            "shown.onMessage((data, buffers) => shown.send({ heard: data }, buffers));"
            "shown.set({ n: 2 }); shown"
        )
        layout, model = run.of_type("comm_open")
        self.assertEqual(layout["data"]["state"]["_model_name"], "LayoutModel")
        opening = [m for m in run.messages if m["msg_type"] == "comm_open"][1]
        self.assertEqual(opening["metadata"]["version"].split(".")[0], "2")
        state = model["data"]["state"]
        self.assertEqual((state["_model_module"], state["_model_name"], state["_view_name"]), ("anywidget", "AnyModel", "AnyView"))
        self.assertEqual(state["layout"], f"IPY_MODEL_{layout['comm_id']}")
        self.assertEqual((state["_esm"], state["_css"], state["n"]), ("export default {}", "a{}", 1))
        self.assertEqual((state["deep"], model["data"]["buffer_paths"]), ({"list": [None, 2]}, [["deep", "list", 0]]))
        self.assertEqual(bytes(opening["buffers"][0]), b"\5")
        self.assertEqual(run.of_type("comm_msg")[0]["data"], {"method": "update", "state": {"n": 2}, "buffer_paths": []})
        model_id = model["comm_id"]
        self.assertEqual(
            run.result["application/vnd.jupyter.widget-view+json"],
            {"version_major": 2, "version_minor": 0, "model_id": model_id},
        )

        update = {"method": "update", "state": {"n": 7, "raw": {}}, "buffer_paths": [["raw", "b"]]}
        self.client.send("comm_msg", {"comm_id": model_id, "data": update}, buffers=[b"\1"])
        messages = self.client.iopub_until(lambda m: m["msg_type"] == "stream")
        echo = [m for m in messages if m["msg_type"] == "comm_msg"][-1]
        self.assertEqual(echo["content"]["data"]["method"], "echo_update")
        self.assertEqual(echo["content"]["data"]["state"], {"n": 7, "raw": {}})
        self.assertEqual(bytes(echo["buffers"][0]), b"\1")
        self.assertIn('"n":7', messages[-1]["content"]["text"])

        self.client.send("comm_msg", {"comm_id": model_id, "data": {"method": "custom", "content": {"hi": 1}}}, buffers=[b"z"])
        answer = self.comm_message(model_id)[-1]
        self.assertEqual(answer["content"]["data"], {"method": "custom", "content": {"heard": {"hi": 1}}})
        self.assertEqual(bytes(answer["buffers"][0]), b"z")

        asked = self.client.send("comm_msg", {"comm_id": model_id, "data": {"method": "request_state"}})
        answer = self.comm_message(model_id)[-1]
        self.assertEqual(answer["content"]["data"]["state"]["n"], 7)
        self.assertEqual(answer["parent_header"]["msg_id"], asked, "a page that asks for each model waits for the answer to its message")
        layout_id = answer["content"]["data"]["state"]["layout"].removeprefix("IPY_MODEL_")
        asked = self.client.send("comm_msg", {"comm_id": layout_id, "data": {"method": "request_state"}})
        answer = self.comm_message(layout_id)[-1]
        self.assertEqual(answer["content"]["data"]["state"]["_model_name"], "LayoutModel")
        self.assertEqual(answer["parent_header"]["msg_id"], asked)

        self.client.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
        self.client.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
        states = self.comm_message("control")[-1]
        content = states["content"]["data"]
        self.assertEqual(content["method"], "update_states")
        self.assertEqual(content["states"][model_id]["model_name"], "AnyModel")
        self.assertEqual(content["states"][model_id]["state"]["n"], 7)
        self.assertIn([model_id, "state", "deep", "list", 0], content["buffer_paths"])
        self.assertEqual(len(states["buffers"]), len(content["buffer_paths"]))

    def test_bad_signature(self):
        """a message with a wrong signature is dropped"""
        self.client.drain()
        session = self.client.kc.session
        frames = session.serialize(session.msg("execute_request", {"code": "console.log('forged')"}))
        frames[1] = b"0" * 64
        self.client.kc.shell_channel.socket.send_multipart(frames)
        run = self.client.run("'after'")
        self.assertEqual(run.result, {"text/plain": "'after'"})
        self.assertEqual(run.stream("stdout"), "")

    def test_malformed(self):
        """malformed frames and contents leave the kernel alive"""
        session = self.client.kc.session
        socket = self.client.kc.shell_channel.socket
        for frames in ([b""], [b"x"] * 9, [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{", b"", b"[]", b"7"]):
            socket.send_multipart(frames)
        for parts in ([b"{}", b"{}", b"{}", b"[]"], [b"null", b"{}", b"{}", b"{}"], [b"\xff", b"{}", b"{}", b"{}"]):
            socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
        for msg_type, content in (
            ("execute_request", {"code": 5, "user_expressions": [1]}),
            ("complete_request", {"code": None, "cursor_pos": -4}),
            ("inspect_request", {"code": "x", "cursor_pos": 99}),
            ("comm_msg", {"comm_id": "missing", "data": 3}),
            ("comm_open", {}),
            ("history_request", {"hist_access_type": "search", "pattern": "[("}),
            ("is_complete_request", {}),
            ("unheard_of_request", {}),
            ("unheard_of", {}),
        ):
            self.client.send(msg_type, content)
        self.assert_alive()

    def test_fuzz(self):
        """random messages, signed or not, leave the kernel alive (FUZZ_FRAMES of them, from FUZZ_SEED)"""
        random = Random(int(os.environ.get("FUZZ_SEED", "20250101")))
        session = self.client.kc.session
        types = ["execute", "complete", "inspect", "is_complete", "history", "comm_info", "kernel_info", "connect"]
        types = [f"{name}_request" for name in types] + ["comm_open", "comm_msg", "comm_close", "input_reply", "x"]
        keys = ["code", "cursor_pos", "comm_id", "target_name", "data", "hist_access_type", "pattern", "n", "silent"]
        values = [None, True, -1, 1e300, "", "range", "search", "jupyter.widget.control", [], {}, [[]], {"method": "request_states"}]
        for index in range(int(os.environ.get("FUZZ_FRAMES", "300"))):
            content = {random.choice(keys): random.choice(values) for _ in range(random.randrange(5))}
            frames = session.serialize(session.msg(random.choice(types), content))
            for _ in range(random.randrange(3)):
                frames[random.randrange(len(frames))] = random.choice([b"", b"{}", b"[]", b"null", b"<IDS|MSG>", random.randbytes(9)])
            if random.random() < 0.5 and len(frames) > 5:
                frames[1] = session.sign(frames[2:6])
            channel = random.choice([self.client.kc.shell_channel, self.client.kc.stdin_channel, self.client.kc.control_channel])
            channel.socket.send_multipart(frames)
            if index % 300 == 299:
                self.client.drain()
                self.assert_alive()
        self.client.drain()
        self.assert_alive()

    def test_unknown_request(self):
        """a request that is not known is answered with an error"""
        msg_id = self.client.send("unheard_of_request", {})
        self.assertEqual(self.client.reply_to(msg_id)["status"], "error")

    def test_connect(self):
        """connect_request tells the ports"""
        reply = self.client.reply_to(self.client.send("connect_request", {}))
        self.assertEqual(reply["shell_port"], self.client.manager.shell_port)


class LifeTests(unittest.TestCase):
    def test_restart(self):
        """a restart answers, ends the old process and starts an empty kernel"""
        client = Client()
        try:
            first = client.manager.provisioner.process.pid
            client.run("const kept = 1; setInterval(() => {}, 1000)")
            client.manager.restart_kernel()
            client.kc.wait_for_ready(timeout=60)
            client.drain()
            self.assertEqual(client.run("kept").reply["status"], "error")
            self.assertTrue(gone(first))
        finally:
            client.close()

    def test_shutdown(self):
        """a shutdown_request is answered and ends the process, workers and timers notwithstanding"""
        client = Client()
        pid = client.manager.provisioner.process.pid
        client.run(
            "import { Worker } from 'node:worker_threads';"
            "new Worker('setInterval(() => {}, 1000)', { eval: true }); setInterval(() => {}, 1000)"
        )
        msg_id = client.send("shutdown_request", {"restart": False}, channel="control")
        self.assertEqual(client.reply_to(msg_id, "control"), {"status": "ok", "restart": False})
        self.assertEqual(client.manager.provisioner.process.wait(timeout=10), 0)
        client.close()
        self.assertTrue(gone(pid))

    def test_parent_dies(self):
        """the kernel ends when its parent dies, also in the middle of a cell"""
        script = (
            "from client import Client\nimport os, sys, time\nclient = Client()\n"
            "client.kc.execute('while (true) {}')\ntime.sleep(1)\n"
            "print(client.manager.provisioner.process.pid, flush=True)\nos.kill(os.getpid(), 9)"
        )
        environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, timeout=120)
        self.assertEqual(result.returncode, -signal.SIGKILL)
        pid = int(result.stdout)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not gone(pid):
            time.sleep(0.2)
        self.assertTrue(gone(pid))


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


if __name__ == "__main__":
    unittest.main()
