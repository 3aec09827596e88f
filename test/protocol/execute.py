"""Cells: what is sent, in which order, and what stops at an error."""

import tempfile
import unittest
from pathlib import Path

import zmq
from client import TIMEOUT, KernelTest, only, text, types


class Execute(KernelTest):
    def test_a_cell_is_busy_input_outputs_result_reply_idle(self):
        reply, messages = self.execute('console.log("one"); 1 + 1')
        self.assertEqual(
            types(messages),
            ["status", "execute_input", "stream", "execute_result", "status"],
        )
        self.assertEqual(text(messages), "one\n")
        self.assertEqual(only(messages, "execute_result")["data"]["text/plain"], "2")
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["content"]["payload"], [])

    def test_each_message_has_the_kernels_session_and_the_requests_header(self):
        message = self.client.session.msg(
            "execute_request", {"code": '"x"', "silent": False}
        )
        message["header"]["from_the_future"] = {"a": [1, None]}
        self.client.shell_channel.send(message)
        reply, messages = self.answer(message["header"]["msg_id"])
        for one in [reply, *messages]:
            self.assertNotEqual(one["header"]["session"], self.client.session.session)
            self.assertEqual(one["header"]["session"], reply["header"]["session"])
            self.assertEqual(one["parent_header"]["from_the_future"], {"a": [1, None]})
            self.assertTrue(one["header"]["date"].tzinfo)
            self.assertTrue(one["header"]["username"])
            self.assertTrue(one["header"]["version"])
        ids = [one["header"]["msg_id"] for one in [reply, *messages]]
        self.assertEqual(len(ids), len(set(ids)))

    def test_an_error_is_sent_once_and_is_in_the_reply(self):
        for code, name in [
            ('throw new TypeError("bad")', "TypeError"),
            ('throw "text"', None),
            ("throw null", None),
        ]:
            reply, messages = self.execute(code)
            self.assertEqual(
                types(messages), ["status", "execute_input", "error", "status"]
            )
            content = reply["content"]
            self.assertEqual(content["status"], "error")
            error = only(messages, "error")
            for field in ["ename", "evalue", "traceback"]:
                self.assertEqual(content[field], error[field])
            self.assertIsInstance(content["execution_count"], int)
            self.assertTrue(all(isinstance(one, str) for one in error["traceback"]))
            if name:
                self.assertEqual(error["ename"], name)
                self.assertEqual(error["evalue"], "bad")

    def test_load_puts_a_files_code_in_place_of_the_cell(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "helper.ts"
            path.write_text("const a = 1;\n")
            reply, messages = self.execute(f"%load {path}")
        self.assertEqual(types(messages), ["status", "execute_input", "status"])
        self.assertEqual(
            reply["content"]["payload"],
            [
                {
                    "source": "set_next_input",
                    "text": f"// %load {path}\nconst a = 1;",
                    "replace": True,
                }
            ],
        )

    def test_magics_and_commands_print_while_they_run(self):
        msg_id = self.send_cell("!echo first; sleep 600")
        self.assertEqual(self.wait_for("stream")["content"]["text"], "first\n")
        self.request("interrupt_request", channel="control")
        reply = self.reply(msg_id)
        self.assertEqual(reply["content"]["ename"], "KeyboardInterrupt")
        self.outputs(msg_id)
        _, messages = self.execute("%time 1 + 1")
        self.assertRegex(text(messages), r"^wall time [\d.]+ ms · CPU time")
        self.assertEqual(only(messages, "execute_result")["data"]["text/plain"], "2")

    def test_undefined_gives_no_result(self):
        _, messages = self.execute("undefined")
        self.assertNotIn("execute_result", types(messages))

    def test_the_count_rises_with_each_cell_except_silent_and_unstored_ones(self):
        first = self.execute("1")[0]["content"]["execution_count"]
        silent, messages = self.execute('2; console.log("seen"); 3', silent=True)
        self.assertNotIn("execute_input", types(messages))
        self.assertNotIn("execute_result", types(messages))
        self.assertEqual(silent["content"]["execution_count"], first)
        unstored, messages = self.execute("4", store_history=False)
        self.assertEqual(unstored["content"]["execution_count"], first)
        self.assertIn("execute_result", types(messages))
        next_one, messages = self.execute("5")
        self.assertEqual(next_one["content"]["execution_count"], first + 1)
        self.assertEqual(only(messages, "execute_input")["execution_count"], first + 1)
        self.assertEqual(
            only(messages, "execute_result")["execution_count"], first + 1
        )

    def test_user_expressions_are_answered_one_by_one(self):
        reply, _ = self.execute(
            "1", user_expressions={"good": "2 + 3", "bad": "nowhere"}
        )
        answers = reply["content"]["user_expressions"]
        self.assertEqual(answers["good"]["status"], "ok")
        self.assertEqual(answers["good"]["data"]["text/plain"], "5")
        self.assertEqual(answers["bad"]["status"], "error")
        self.assertEqual(answers["bad"]["ename"], "ReferenceError")

    def test_an_error_aborts_the_cells_that_wait_and_no_later_one(self):
        gate, open_gate = self.gate()
        failing = self.send_cell(gate + 'throw new Error("stop")')
        waiting = [self.send_cell(f"{n}") for n in range(3)]
        open_gate()
        self.assertEqual(self.reply(failing)["content"]["status"], "error")
        for msg_id in waiting:
            content = self.reply(msg_id)["content"]
            self.assertEqual(content["status"], "aborted")
            self.assertIsInstance(content["execution_count"], int)
            self.assertEqual(types(self.outputs(msg_id)), ["status", "status"])
        reply, _ = self.execute('"runs at once"')
        self.assertEqual(reply["content"]["status"], "ok")

    def test_who_has_seen_an_error_can_run_the_next_cell_at_once(self):
        for code in [
            'throw new Error("seen")',
            'const wrong: string = 1; throw new Error("seen")',
        ]:
            failing = self.send_cell(code)
            self.wait_for("error")
            following = self.send_cell('"next"')
            self.assertEqual(self.reply(failing)["content"]["status"], "error")
            self.assertEqual(self.answer(following)[0]["content"]["status"], "ok")

    def test_an_error_aborts_cells_only_and_no_other_request(self):
        failing = self.send_cell(
            'await new Promise((resolve) => setTimeout(resolve, 100)); throw new Error("stop")'
        )
        others = [
            self.send("complete_request", {"code": "Math.flo", "cursor_pos": 8}),
            self.send("inspect_request", {"code": "Math", "cursor_pos": 4}),
            self.send("comm_info_request", {}),
        ]
        statuses = {}
        while len(statuses) < 4:
            reply = self.client.shell_channel.get_msg(timeout=TIMEOUT)
            statuses[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        self.assertEqual(
            statuses, {failing: "error", **dict.fromkeys(others, "ok")}
        )

    def test_a_run_knows_from_the_metadata_which_cells_were_deleted(self):
        def execute(code, **metadata):
            return self.answer(
                self.send(
                    "execute_request",
                    {"code": code, "silent": False},
                    metadata=metadata,
                )
            )

        execute("const kept = 1; const gone = 2", cellId="first")
        execute("const kept = 1", cellId="second")
        _, messages = execute(
            "%dd run told\nkept + gone", cellId="third", deletedCells=["first"]
        )
        shown = "\n".join(
            one["content"]["data"]["text/plain"]
            for one in messages
            if one["msg_type"] == "display_data"
        )
        self.assertRegex(shown, r"gone is still alive, but its cell \(In \[\d+\]\) was deleted")
        self.assertNotIn("kept", shown)

    def test_without_stop_on_error_nothing_is_aborted(self):
        gate, open_gate = self.gate()
        failing = self.send_cell(gate + "throw 1", stop_on_error=False)
        after = self.send_cell("2")
        open_gate()
        self.assertEqual(self.reply(failing)["content"]["status"], "error")
        self.assertEqual(self.reply(after)["content"]["status"], "ok")

    def test_cells_run_in_the_order_they_came(self):
        cells = [self.send_cell(f'console.log("cell {n}")') for n in range(10)]
        said = [text(self.answer(msg_id)[1]) for msg_id in cells]
        self.assertEqual(said, [f"cell {n}\n" for n in range(10)])

    def test_a_cell_that_prints_much_loses_no_line(self):
        _, messages = self.execute(
            "for (let i = 0; i < 20000; i++) console.log(`line ${i}`); 1"
        )
        self.assertEqual(
            text(messages).splitlines(), [f"line {n}" for n in range(20000)]
        )
        self.assertEqual(types(messages)[-2:], ["execute_result", "status"])

    def test_the_two_streams_keep_their_order(self):
        _, messages = self.execute(
            'console.log("a"); console.error("b"); console.log("c")'
        )
        streams = [m["content"] for m in messages if m["msg_type"] == "stream"]
        self.assertEqual(
            [(one["name"], one["text"]) for one in streams],
            [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")],
        )

    def test_what_native_code_and_programs_print_comes_in_its_place_and_before_idle(self):
        _, messages = self.execute(
            'const { writeSync } = require("node:fs"); const { spawnSync } = require("node:child_process");'
            'console.log("one"); writeSync(1, "two\\n"); spawnSync("echo", ["three"], { stdio: "inherit" });'
            'console.log("four"); writeSync(2, "to the other\\n"); undefined'
        )
        self.assertEqual(text(messages), "one\ntwo\nthree\nfour\n")
        self.assertEqual(text(messages, "stderr"), "to the other\n")

    def test_displays_have_text_unpacked_json_and_no_null(self):
        _, messages = self.execute(
            'display({ "application/json": { a: [1, null] } }, { raw: true }); ({ b: 1 })'
        )
        shown = only(messages, "display_data")
        self.assertEqual(shown["data"]["application/json"], {"a": [1, None]})
        self.assertEqual(shown["metadata"], {})
        self.assertTrue(shown["transient"]["display_id"])
        result = only(messages, "execute_result")
        self.assertEqual(result["data"]["text/plain"], "{ b: 1 }")
        self.assertEqual(result["metadata"], {})
        self.assertEqual(result["transient"], {})

    def test_a_display_is_updated_under_its_id_and_makes_no_new_output(self):
        _, messages = self.execute(
            'const handle = display("before"); await handle.update("after"); undefined'
        )
        shown = only(messages, "display_data")
        updated = only(messages, "update_display_data")
        self.assertEqual(
            updated["transient"]["display_id"], shown["transient"]["display_id"]
        )
        self.assertIn("after", updated["data"]["text/plain"])

    def test_clear_output_says_whether_to_wait_for_the_next_output(self):
        for code, wait in [("clearOutput()", False), ("clearOutput({ wait: true })", True)]:
            _, messages = self.execute(code)
            self.assertEqual(only(messages, "clear_output"), {"wait": wait})

    def test_late_output_belongs_to_the_cell_that_started_it(self):
        first = self.send_cell(
            'setTimeout(() => display({ "text/plain": "late" }, { raw: true }), 300); undefined'
        )
        self.answer(first)
        self.execute('"another cell"')
        late = self.wait_for("display_data")
        self.assertEqual(late["parent_header"]["msg_id"], first)
        self.assertEqual(late["content"]["data"]["text/plain"], "late")

    def test_an_interrupt_ends_a_cell_and_keeps_the_variables(self):
        for endless in ["await new Promise(() => setTimeout(() => {}, 600_000))", "while (true) {}"]:
            self.execute("let kept = 41")
            cell = self.send_cell(f'console.log("started"); {endless}')
            self.wait_for("stream")
            interrupt = self.send("interrupt_request", channel="control")
            answer = self.reply(interrupt, "control")
            self.assertEqual(answer["content"], {"status": "ok"})
            reply, messages = self.answer(cell)
            self.assertEqual(reply["content"]["status"], "error")
            self.assertEqual(reply["content"]["ename"], "KeyboardInterrupt")
            _, messages = self.execute("kept + 1")
            result = only(messages, "execute_result")
            self.assertEqual(result["data"]["text/plain"], "42")

    def test_the_sockets_answer_while_a_cell_loops(self):
        cell = self.send_cell('console.log("started"); while (true) {}')
        self.wait_for("stream")
        info = self.send("kernel_info_request")
        self.assertEqual(self.reply(info)["content"]["status"], "ok")
        heartbeat = zmq.Context.instance().socket(zmq.REQ)
        heartbeat.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
        heartbeat.connect(f"tcp://127.0.0.1:{self.manager.hb_port}")
        heartbeat.send(b"alive?")
        self.assertEqual(heartbeat.recv(), b"alive?")
        heartbeat.close(0)
        self.manager.interrupt_kernel()
        self.answer(cell)

    def test_an_interrupt_of_an_idle_kernel_does_nothing(self):
        self.request("interrupt_request", channel="control")
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")

    def test_a_request_during_a_cell_is_answered_and_the_kernel_stays_busy(self):
        cell = self.send_cell('console.log("started"); await new Promise(() => setTimeout(() => {}, 600_000))')
        self.wait_for("stream")
        info = self.send("kernel_info_request")
        self.assertEqual(self.reply(info)["content"]["status"], "ok")
        self.assertEqual(types(self.outputs(info)), ["status", "status"])
        again = self.wait_for("status")
        self.assertEqual(again["content"]["execution_state"], "busy")
        self.assertEqual(again["parent_header"]["msg_id"], cell)
        self.manager.interrupt_kernel()
        self.answer(cell)

    def test_a_malformed_request_is_an_error_with_a_count(self):
        reply, messages = self.request("execute_request", {"code": 5})
        self.assertEqual(reply["content"]["status"], "error")
        self.assertEqual(reply["content"]["ename"], "BadRequest")
        self.assertIn("code must be a string", reply["content"]["evalue"])
        self.assertIsInstance(reply["content"]["execution_count"], int)
        self.assertEqual(types(messages), ["status", "status"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
