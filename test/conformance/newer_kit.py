"""What version 0.7 of jupyter_kernel_test asks beyond the version that Debian has."""

import unittest
from queue import Empty

from client import TIMEOUT, KernelTest, types
from jupyter_client.manager import KernelManager

# How long the kit waits for each message that follows a reply, in seconds.
PATIENCE = 0.1
TRIES = 20


class Welcome(unittest.TestCase):
    def test_the_first_message_on_iopub_is_the_welcome(self):
        manager = KernelManager(kernel_name="deepdiva")
        manager.start_kernel()
        self.addCleanup(manager.shutdown_kernel, now=True)
        client = manager.client()
        client.start_channels()
        self.addCleanup(client.stop_channels)
        message = client.get_iopub_msg(timeout=TIMEOUT)
        self.assertEqual(message["msg_type"], "iopub_welcome")
        self.assertEqual(message["header"]["msg_type"], "iopub_welcome")
        # The empty topic subscribes to all topics.
        self.assertEqual(message["content"], {"subscription": ""})
        self.assertEqual(message["parent_header"], {})


class History(KernelTest):
    CELLS = {
        "6 * 7": "42",
        '"a" + "b"': "'ab'",
        "[1,\n 2]": "[ 1, 2 ]",
    }

    def setUp(self):
        for code in self.CELLS:
            self.execute(code)

    def ask(self, **content):
        reply, _ = self.request("history_request", {"raw": True, **content})
        self.assertEqual(reply["content"]["status"], "ok")
        return reply["content"]["history"]

    def tail(self, **content):
        return self.ask(hist_access_type="tail", n=len(self.CELLS), **content)

    def test_the_tail_is_the_last_cells_oldest_first(self):
        self.assertEqual(
            [code for _, _, code in self.tail(output=False)], list(self.CELLS)
        )

    def test_with_outputs_each_item_is_a_pair_of_input_and_output(self):
        self.assertEqual(
            [tuple(pair) for _, _, pair in self.tail(output=True)],
            list(self.CELLS.items()),
        )

    def test_a_range_leaves_its_end_out(self):
        session, start, _ = self.tail(output=False)[0]
        for wanted in [session, 0]:
            (item,) = self.ask(
                hist_access_type="range",
                session=wanted,
                start=start,
                stop=start + 1,
                output=False,
            )
            self.assertEqual(item, [session, start, "6 * 7"])

    def test_a_search_finds_all_or_each_once_or_the_last_n(self):
        # Two rows of the cells lie in the history now, or more.
        self.setUp()
        search = {"hist_access_type": "search", "pattern": "6 ? 7*", "output": False}
        found = self.ask(**search)
        self.assertGreaterEqual(len(found), 2)
        self.assertEqual(self.ask(**search, unique=True), found[-1:])
        self.setUp()
        latest = self.ask(**search, n=3)
        self.assertEqual(len(latest), 3)
        self.assertEqual(latest, self.ask(**search)[-3:])


class AfterTheReply(KernelTest):
    """The kit's execute_helper: the reply, then the rest without a pause."""

    def test_all_messages_of_a_cell_follow_its_reply_at_once(self):
        for code, expected in [
            ("const quiet = 1", []),
            ("1 + 1", ["execute_result"]),
            ('console.log("a")', ["stream"]),
            ('console.error("a"); 1', ["stream", "execute_result"]),
            ('const d = display({ "text/plain": "a" }, { raw: true })', ["display_data"]),
            ("clearOutput()", ["clear_output"]),
            ('throw new Error("on purpose")', ["error"]),
            ("function function", ["error"]),
        ]:
            with self.subTest(code=code):
                messages = self.executed_without_a_pause(code)
                self.assertEqual(
                    types(messages), ["status", "execute_input", *expected, "status"]
                )

    def test_so_do_the_last_of_20000_prints(self):
        messages = self.executed_without_a_pause(
            "for (let i = 0; i < 20000; i++) console.log(i)"
        )
        lines = "".join(message["content"].get("text", "") for message in messages)
        self.assertEqual(lines, "".join(f"{n}\n" for n in range(20000)))

    def executed_without_a_pause(self, code):
        """The cell's messages, of the first time that they came without a pause.

        A pause of the kernel's own would be there each time; one of a busy machine is not.
        """
        for _ in range(TRIES):
            cell = self.send_cell(code)
            self.reply(cell)
            messages = []
            try:
                while not messages or messages[-1]["content"].get("execution_state") != "idle":
                    message = self.client.get_iopub_msg(timeout=PATIENCE)
                    if message["parent_header"].get("msg_id") == cell:
                        messages.append(message)
                return messages
            except Empty:
                self.outputs(cell)
        self.fail(f"{TRIES} times nothing came for {PATIENCE} s after a reply")


if __name__ == "__main__":
    unittest.main(verbosity=2)
