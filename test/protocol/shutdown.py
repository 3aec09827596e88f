"""How a kernel ends: when it is told, and when nobody is left to tell it."""

import os
import signal
import subprocess
import sys
import time
import unittest

from client import KernelTest, only

PARENT = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="deepdiva")
print(manager.provisioner.process.pid, flush=True)
sys.stdin.read()
"""


class Shutdown(KernelTest):
    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        super().setUpClass()

    def tearDown(self):
        super().tearDownClass()

    def test_a_shutdown_is_answered_on_control_and_iopub_and_the_kernel_exits(self):
        with open(self.manager.connection_file) as file:
            before = file.read()
        for_shutdown = self.send("shutdown_request", {"restart": True}, "control")
        reply, messages = self.answer(for_shutdown, "control")
        self.assertEqual(reply["content"], {"status": "ok", "restart": True})
        self.assertEqual(messages[1]["msg_type"], "shutdown_reply")
        self.assertEqual(messages[1]["content"], {"status": "ok", "restart": True})
        self.wait_for_exit()
        self.assertEqual(self.manager.provisioner.process.returncode, 0)
        with open(self.manager.connection_file) as file:
            self.assertEqual(file.read(), before)

    def test_no_process_of_the_kernel_is_left_after_a_shutdown(self):
        # The language service starts a process too.
        self.request("complete_request", {"code": "Ma", "cursor_pos": 2})
        processes = descendants(self.manager.provisioner.process.pid)
        self.assertGreaterEqual(len(processes), 2)
        self.send("shutdown_request", {"restart": False}, "control")
        self.wait_for_exit()
        self.assertEqual([pid for pid in processes if alive(pid)], [])

    def test_a_running_cell_does_not_hold_the_shutdown_up(self):
        self.send_cell('console.log("started"); while (true) {}')
        self.wait_for("stream")
        self.send("shutdown_request", {"restart": False}, "control")
        self.wait_for_exit()
        self.assertEqual(self.manager.provisioner.process.returncode, 0)

    def test_a_restart_gives_a_fresh_kernel_on_the_same_connection(self):
        self.execute("let old = 1")
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=30)
        reply, messages = self.execute("typeof old")
        self.assertEqual(reply["content"]["execution_count"], 1)
        result = only(messages, "execute_result")
        self.assertEqual(result["data"]["text/plain"], "'undefined'")

    def test_an_interrupt_signal_does_not_end_the_kernel(self):
        cell = self.send_cell('console.log("started"); await new Promise(() => setTimeout(() => {}, 600_000))')
        self.wait_for("stream")
        os.kill(self.manager.provisioner.process.pid, signal.SIGINT)
        reply, _ = self.answer(cell)
        self.assertEqual(reply["content"]["ename"], "KeyboardInterrupt")
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")


class ParentDeath(unittest.TestCase):
    def test_a_kernel_whose_parent_was_killed_ends_by_itself(self):
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        kernel = int(parent.stdout.readline())
        processes = [kernel, *descendants(kernel)]
        self.assertGreaterEqual(len(processes), 2)
        parent.kill()
        parent.communicate()
        # Each look starts a process for each of them.
        for _ in range(300):
            if not any(alive(pid) for pid in processes):
                return
            time.sleep(0.1)
        os.kill(kernel, signal.SIGKILL)
        self.fail("the kernel or its engine is still there")


def descendants(pid):
    """Ids of the processes a process has started, and theirs."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for one in found:
        found += [child for child, parent in pairs if parent == one]
    return found[1:]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A container without an init keeps what has ended in its list.
    status = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return status != "" and not status.startswith("Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
