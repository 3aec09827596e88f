"""A start as the process itself takes it: a connection file and plain sockets, no manager in between."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_client.session import Session as Messages
from session import PATIENCE, Failed, milliseconds


def start(name: str) -> tuple[float, float]:
    """Milliseconds from the start of a process to its answer to kernel_info, and to that of its first cell."""
    with tempfile.TemporaryDirectory() as folder, zmq.Context() as context:
        key = b"a key of this kernel"
        file, connection = write_connection_file(
            str(Path(folder) / "kernel.json"), key=key
        )
        argv = [
            word.replace("{connection_file}", file)
            for word in get_kernel_spec(name).argv
        ]
        messages = Messages(key=key)
        sockets = {}
        for channel, kind in (("shell", zmq.DEALER), ("iopub", zmq.SUB)):
            socket = sockets[channel] = context.socket(kind)
            socket.linger = 0
            # A client that tries again every 100 ms, which is the default, would round starts up to that.
            socket.setsockopt(zmq.RECONNECT_IVL, 2)
            socket.connect(f"tcp://127.0.0.1:{connection[f'{channel}_port']}")
        sockets["iopub"].subscribe(b"")

        def ask(kind: str, content: dict) -> None:
            messages.send(sockets["shell"], kind, content)
            if not sockets["shell"].poll(PATIENCE * 1000):
                raise Failed(f"{name} gave no answer to {kind}")
            messages.recv(sockets["shell"], mode=0)

        started = time.perf_counter()
        process = subprocess.Popen(
            argv,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "JPY_PARENT_PID": str(os.getpid())},
        )
        try:
            ask("kernel_info_request", {})
            ready = milliseconds(started)
            # As a front end with somebody at it asks.
            ask("execute_request", {"code": "1+1", "allow_stdin": True})
            return ready, milliseconds(started)
        finally:
            process.kill()
            process.wait()
            for socket in sockets.values():
                socket.close()
