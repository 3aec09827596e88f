"""One run of a kernel, driven and timed through jupyter_client."""

import time
from queue import Empty
from subprocess import DEVNULL

import psutil
import zmq
from jupyter_client.manager import KernelManager

PATIENCE = 10
"""Seconds after which a kernel is taken to have lost an answer."""


class Failed(Exception):
    """The kernel did not answer in time, or with an error."""


class Session:
    """A started kernel that has answered kernel_info."""

    def __init__(self, name: str):
        self.manager = KernelManager(kernel_name=name)
        started = time.perf_counter()
        self.manager.start_kernel(stdout=DEVNULL, stderr=DEVNULL)
        self.client = self.manager.client()
        # A client that tries again every 100 ms, which is zmq's default,
        # would round the kernels' starts up to that.
        self.client.context.setsockopt(zmq.RECONNECT_IVL, 2)
        self.client.start_channels()
        try:
            self.reply(self.client.kernel_info(), started)
        except Failed:
            self.close()
            raise

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def execute(self, code: str) -> tuple[float, str]:
        """Run a cell: milliseconds until its reply and its idle are here, and what it printed."""
        started = time.perf_counter()
        msg_id = self.client.execute(code)
        content = self.reply(msg_id, started)
        text = self.outputs(msg_id, started)
        if content["status"] != "ok":
            raise Failed(f"{code} gave {content}")
        return milliseconds(started), text

    def reply(self, msg_id: str, started: float) -> dict:
        """The content of a request's reply."""
        while True:
            message = self.next(self.client.get_shell_msg, started)
            if message["parent_header"].get("msg_id") == msg_id:
                return message["content"]

    def outputs(self, msg_id: str, started: float, until: str = "idle") -> str:
        """What a cell prints until the kernel's state is `until`."""
        text = []
        while True:
            try:
                message = self.next(self.client.get_iopub_msg, started)
            except Failed as failed:
                raise Failed("".join(text)) from failed
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            text.append(message["content"].get("text", ""))
            if message["content"].get("execution_state") == until:
                return "".join(text)

    def next(self, receive, started: float) -> dict:
        left = started + PATIENCE - time.perf_counter()
        try:
            return receive(timeout=max(0.0, left))
        except Empty as empty:
            raise Failed() from empty

    def memory(self) -> float:
        """
        Megabytes of all its processes.

        A file that several of them map counts once. PSS would also share it
        with strangers that run the same binary, and change with them.
        """
        kernel = psutil.Process(self.manager.provisioner.pid)
        private = 0
        shared: dict[str, int] = {}
        for process in [kernel, *kernel.children(recursive=True)]:
            for area in process.memory_maps():
                private += area.private_clean + area.private_dirty
                pages = area.shared_clean + area.shared_dirty
                shared[area.path] = max(shared.get(area.path, 0), pages)
        return (private + sum(shared.values())) / 1e6


def milliseconds(started: float) -> float:
    return 1000 * (time.perf_counter() - started)
