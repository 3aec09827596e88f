"""A kernel under test, driven by jupyter_client as Jupyter drives it."""

import json
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.manager import start_new_kernel

# Longer than any answer takes, however busy the machine is.
TIMEOUT = 120


class KernelTest(unittest.TestCase):
    """One kernel for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start_new_kernel(
            kernel_name="deepdiva", startup_timeout=TIMEOUT
        )
        # Asked again each second until it answers, a slow kernel answers each time:
        # those answers are read before that to this question.
        cls.client.kernel_info(reply=True, timeout=TIMEOUT)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=True)

    def request(self, msg_type, content=None, channel="shell", **kwargs):
        """Send a request, return its reply and its iopub messages up to idle."""
        return self.answer(self.send(msg_type, content, channel, **kwargs), channel)

    def execute(self, code, **content):
        """Run a cell, return its reply and its iopub messages up to idle."""
        return self.answer(self.send_cell(code, **content))

    def send_cell(self, code, **content):
        return self.send(
            "execute_request",
            {"code": code, "silent": False, "store_history": True, **content},
        )

    def send(self, msg_type, content=None, channel="shell", **kwargs):
        socket = getattr(self.client, f"{channel}_channel")
        message = self.client.session.msg(msg_type, content or {})
        socket.send({**message, **kwargs})
        return message["header"]["msg_id"]

    def answer(self, msg_id, channel="shell"):
        return self.reply(msg_id, channel), self.outputs(msg_id)

    def reply(self, msg_id, channel="shell"):
        socket = getattr(self.client, f"{channel}_channel")
        while True:
            message = socket.get_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def outputs(self, msg_id):
        """Messages on iopub that belong to a request, up to its idle."""
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            messages.append(message)
            if message["content"].get("execution_state") == "idle":
                return messages

    def wait_for(self, msg_type):
        """The next message of a type on iopub, of whatever request."""
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == msg_type:
                return message

    def gate(self):
        """A line of code that waits, and what lets it go on: the kernel has read all that was sent until then."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        key = Path(folder.name) / "open"

        def open_gate():
            # Requests of a socket are read in their order, and this one does not wait for cells.
            self.reply(self.send("kernel_info_request"))
            key.touch()

        return (
            f'while (!require("node:fs").existsSync({json.dumps(str(key))}))'
            " await new Promise((resolve) => setTimeout(resolve, 2));\n"
        ), open_gate

    def wait_for_exit(self):
        """Return once the kernel's process has ended."""
        start = time.monotonic()
        while self.manager.provisioner.process.poll() is None:
            if time.monotonic() > start + TIMEOUT:
                self.fail("the kernel did not exit")
            time.sleep(0.01)


def types(messages):
    return [message["msg_type"] for message in messages]


def text(messages, name="stdout"):
    """All text of a stream."""
    return "".join(
        message["content"]["text"]
        for message in messages
        if message["msg_type"] == "stream" and message["content"]["name"] == name
    )


def only(messages, msg_type):
    """The content of the one message of a type."""
    (message,) = [one for one in messages if one["msg_type"] == msg_type]
    return message["content"]
