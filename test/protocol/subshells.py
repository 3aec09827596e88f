"""Subshells: cells beside the main shell's, in the same engine."""

import time
import unittest

from client import TIMEOUT, KernelTest, only, text, types


class Subshells(KernelTest):
    def create(self):
        reply, messages = self.request("create_subshell_request", channel="control")
        self.assertEqual(types(messages), ["status", "status"])
        self.assertEqual(reply["content"]["status"], "ok")
        return reply["content"]["subshell_id"]

    def delete(self, subshell_id):
        return self.request(
            "delete_subshell_request", {"subshell_id": subshell_id}, "control"
        )[0]["content"]

    def ids(self):
        reply, _ = self.request("list_subshell_request", channel="control")
        self.assertEqual(reply["content"]["status"], "ok")
        return reply["content"]["subshell_id"]

    def send_to(self, subshell_id, msg_type, content):
        message = self.client.session.msg(msg_type, content)
        message["header"]["subshell_id"] = subshell_id
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def cell_on(self, subshell_id, code, **content):
        return self.send_to(
            subshell_id,
            "execute_request",
            {"code": code, "silent": False, "store_history": True, **content},
        )

    def start(self, code, subshell_id=None):
        """Send a cell, return once it has printed."""
        msg_id = self.cell_on(subshell_id, code) if subshell_id else self.send_cell(code)
        while self.wait_for("stream")["parent_header"]["msg_id"] != msg_id:
            pass
        return msg_id

    def replies(self, *msg_ids):
        """Replies to these requests, in whatever order they come; those to others are passed over."""
        found = {}
        while len(found) < len(msg_ids):
            reply = self.client.shell_channel.get_msg(timeout=TIMEOUT)
            msg_id = reply["parent_header"]["msg_id"]
            if msg_id in msg_ids:
                found[msg_id] = reply
        return found

    def both(self, first, second):
        """Replies and iopub messages of two cells that run at the same time."""
        replies, messages = self.replies(first, second), {first: [], second: []}
        idle = set()
        while len(idle) < 2:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            parent = message["parent_header"].get("msg_id")
            if parent not in messages:
                continue
            messages[parent].append(message)
            if message["content"].get("execution_state") == "idle":
                idle.add(parent)
        return replies, messages

    def test_the_kernel_says_that_it_has_subshells(self):
        reply, _ = self.request("kernel_info_request")
        self.assertIn("kernel subshells", reply["content"]["supported_features"])

    def test_subshells_are_created_listed_and_deleted(self):
        before = self.ids()
        first, second = self.create(), self.create()
        self.assertEqual(self.ids(), [*before, first, second])
        self.assertEqual(self.delete(first), {"status": "ok"})
        self.assertEqual(self.ids(), [*before, second])
        self.delete(second)

    def test_an_unknown_subshell_is_an_error_and_no_crash(self):
        answer = self.delete("no such subshell")
        self.assertEqual(answer["status"], "error")
        self.assertEqual(answer["ename"], "UnknownSubshell")
        for msg_type, content in [
            ("execute_request", {"code": "1", "silent": False}),
            ("complete_request", {"code": "Ma", "cursor_pos": 2}),
        ]:
            reply, messages = self.answer(
                self.send_to("no such subshell", msg_type, content)
            )
            self.assertEqual(reply["content"]["status"], "error")
            self.assertEqual(types(messages), ["status", "status"])
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")

    def test_a_cell_of_a_subshell_runs_while_a_cell_of_the_main_shell_awaits(self):
        subshell = self.create()
        main = self.start(
            'let release; console.log("main waits"); await new Promise((resolve) => { release = resolve; setTimeout(resolve, 600_000); }); "main result"'
        )
        side = self.cell_on(subshell, 'console.log("side"); release(); "side result"')
        replies, messages = self.both(main, side)
        for msg_id, printed, result in [
            (main, "", "'main result'"),
            (side, "side\n", "'side result'"),
        ]:
            self.assertEqual(replies[msg_id]["content"]["status"], "ok")
            self.assertEqual(text(messages[msg_id]), printed)
            self.assertEqual(
                only(messages[msg_id], "execute_result")["data"]["text/plain"], result
            )
        self.delete(subshell)

    def test_a_main_cell_waits_for_what_only_a_cell_of_a_subshell_settles(self):
        subshell = self.create()
        self.answer(self.cell_on(subshell, "1"))
        main = self.start('let settle; console.log("main"); await new Promise((resolve) => { settle = resolve; })')
        # Longer than a cell may wait that nothing can settle.
        time.sleep(4)
        side = self.cell_on(subshell, "settle('settled')")
        for reply in self.replies(main, side).values():
            self.assertEqual(reply["content"]["status"], "ok")
        self.delete(subshell)

    def test_after_the_idle_of_a_subshells_cell_the_main_cell_is_busy_again(self):
        subshell = self.create()
        main = self.start('console.log("main"); await new Promise(() => setTimeout(() => {}, 600_000))')
        side = self.cell_on(subshell, '"quick"')
        self.answer(side)
        again = self.wait_for("status")
        self.assertEqual(again["content"]["execution_state"], "busy")
        self.assertEqual(again["parent_header"]["msg_id"], main)
        self.request("interrupt_request", channel="control")
        self.answer(main)
        self.delete(subshell)

    def test_outputs_of_cells_that_run_at_once_go_to_their_own_cells(self):
        subshell = self.create()
        code = (
            "for (let i = 0; i < 50; i++) { console.log('{0}', i); display({{ 'text/plain': '{0}' }}, {{ raw: true }});"
            " await new Promise((resolve) => setTimeout(resolve, 1)); }} '{0}'"
        ).replace("{ con", "{{ con")
        main = self.send_cell(code.format("main"))
        side = self.cell_on(subshell, code.format("side"))
        replies, messages = self.both(main, side)
        for msg_id, name in [(main, "main"), (side, "side")]:
            self.assertEqual(replies[msg_id]["content"]["status"], "ok")
            self.assertEqual(
                text(messages[msg_id]), "".join(f"{name} {n}\n" for n in range(50))
            )
            shown = [
                one["content"]["data"]["text/plain"]
                for one in messages[msg_id]
                if one["msg_type"] == "display_data"
            ]
            self.assertEqual(shown, [name] * 50)
            self.assertEqual(
                only(messages[msg_id], "execute_result")["data"]["text/plain"],
                f"'{name}'",
            )
        counts = {one["content"]["execution_count"] for one in replies.values()}
        self.assertEqual(len(counts), 2)
        self.delete(subshell)

    def test_an_error_aborts_the_waiting_cells_of_its_own_shell_only(self):
        subshell = self.create()
        main = self.start(
            'let go; console.log("main"); await new Promise((resolve) => { go = resolve; setTimeout(resolve, 600_000); })'
        )
        waits_in_main = self.send_cell('"main goes on"')
        gate, open_gate = self.gate()
        fails = self.cell_on(subshell, gate + 'throw new Error("side")')
        waits_in_side = self.cell_on(subshell, '"never"')
        open_gate()
        self.assertEqual(self.reply(fails)["content"]["status"], "error")
        self.assertEqual(self.reply(waits_in_side)["content"]["status"], "aborted")
        release = self.cell_on(subshell, "go()")
        for reply in self.replies(main, waits_in_main, release).values():
            self.assertEqual(reply["content"]["status"], "ok")
        self.delete(subshell)

    def test_deleting_a_subshell_aborts_its_waiting_cells(self):
        subshell = self.create()
        running = self.start(
            'let finish; console.log("side"); await new Promise((resolve) => { finish = resolve; setTimeout(resolve, 600_000); })',
            subshell,
        )
        waiting = self.cell_on(subshell, '"never"')
        # The kernel reads two sockets; once this is answered it has read the cells.
        self.request("kernel_info_request")
        self.assertEqual(self.delete(subshell), {"status": "ok"})
        self.send_cell("finish()")
        replies = self.replies(running, waiting)
        self.assertEqual(replies[running]["content"]["status"], "ok")
        self.assertEqual(replies[waiting]["content"]["status"], "aborted")
        self.assertNotIn(subshell, self.ids())
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")

    def test_an_interrupt_ends_the_cells_of_all_shells_and_state_survives(self):
        subshell = self.create()
        self.execute("let kept = 41")
        main = self.start('console.log("main"); await new Promise(() => setTimeout(() => {}, 600_000))')
        side = self.start('console.log("side"); for (;;);', subshell)
        self.request("interrupt_request", channel="control")
        replies, _ = self.both(main, side)
        for msg_id in [main, side]:
            self.assertEqual(replies[msg_id]["content"]["ename"], "KeyboardInterrupt")
        for shell in [None, subshell]:
            cell = self.cell_on(shell, "kept + 1") if shell else self.send_cell("kept + 1")
            _, messages = self.answer(cell)
            self.assertEqual(
                only(messages, "execute_result")["data"]["text/plain"], "42"
            )
        self.delete(subshell)

    def test_a_comm_message_reaches_a_running_cell_with_and_without_a_subshell(self):
        subshell = self.create()
        self.execute(
            'let arrived = []; jupyter.registerCommTarget("lane", (comm) =>'
            ' comm.onMessage(({ data }) => console.log("got", data.by)));'
        )
        self.outputs(self.send("comm_open", {"comm_id": "l", "target_name": "lane", "data": {}}))
        main = self.start('console.log("main"); await new Promise(() => setTimeout(() => {}, 600_000))')
        for shell in [subshell, None]:
            content = {"comm_id": "l", "data": {"by": shell or "the main shell"}}
            message = (
                self.send_to(shell, "comm_msg", content)
                if shell
                else self.send("comm_msg", content)
            )
            self.assertEqual(
                text(self.outputs(message)), f"got {content['data']['by']}\n"
            )
        self.request("interrupt_request", channel="control")
        self.answer(main)
        self.delete(subshell)


if __name__ == "__main__":
    unittest.main(verbosity=2)
