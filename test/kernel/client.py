"""A kernel and a client, with what an execution sent back gathered in one object."""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass, field

from jupyter_client.manager import start_new_kernel

TIMEOUT = 60


@dataclass
class Run:
    reply: dict = field(default_factory=dict)
    messages: list = field(default_factory=list)

    def of_type(self, msg_type):
        return [m["content"] for m in self.messages if m["msg_type"] == msg_type]

    def stream(self, name):
        return "".join(c["text"] for c in self.of_type("stream") if c["name"] == name)

    @property
    def result(self):
        results = self.of_type("execute_result")
        return results[0]["data"] if results else None


class Client:
    """Starts a kernel in `folder`."""

    def __init__(self, folder=None):
        self.manager, self.kc = start_new_kernel(kernel_name="rotoscope", cwd=folder, startup_timeout=TIMEOUT)
        self.drain()

    def close(self):
        self.kc.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def drain(self):
        for channel in (self.kc.shell_channel, self.kc.iopub_channel):
            while True:
                try:
                    channel.get_msg(timeout=0.2)
                except queue.Empty:
                    break

    def run(self, code, during=None, **options):
        """Runs a cell; `during` is called once it is busy."""
        msg_id = self.kc.execute(code, **options)
        if during is not None:
            self.wait_for_input(msg_id)
            during()
        run = Run()
        while True:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            run.messages.append(message)
            if is_idle(message):
                break
        run.reply = self.reply_to(msg_id)
        return run

    def wait_for_input(self, msg_id):
        while True:
            message = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "execute_input" and message["parent_header"]["msg_id"] == msg_id:
                return

    def reply_to(self, msg_id, channel="shell"):
        get = getattr(self.kc, f"get_{channel}_msg")
        while True:
            message = get(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == msg_id:
                return message["content"]

    def send(self, msg_type, content, buffers=None, channel="shell"):
        message = self.kc.session.msg(msg_type, content)
        socket = getattr(self.kc, f"{channel}_channel").socket
        self.kc.session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def iopub_until(self, wanted, seconds=TIMEOUT):
        """The messages up to and with the first for which `wanted` is true."""
        messages = []
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                message = self.kc.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            messages.append(message)
            if wanted(message):
                return messages
        raise AssertionError(f"not published within {seconds} s; there were {[m['msg_type'] for m in messages]}")


def is_idle(message):
    return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
