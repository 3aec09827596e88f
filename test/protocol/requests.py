"""What a front end asks besides running cells."""

import unittest

from client import KernelTest, only, types


class Requests(KernelTest):
    def test_kernel_info_describes_typescript_on_shell_and_control(self):
        for channel in ["shell", "control"]:
            reply, messages = self.request("kernel_info_request", channel=channel)
            self.assertEqual(types(messages), ["status", "status"])
            content = reply["content"]
            self.assertEqual(content["status"], "ok")
            self.assertEqual(content["protocol_version"], "5.5")
            language = content["language_info"]
            self.assertEqual(language["name"], "typescript")
            self.assertEqual(language["mimetype"], "text/typescript")
            self.assertEqual(language["codemirror_mode"], "typescript")
            self.assertEqual(language["file_extension"], ".ts")

    def test_a_completion_counts_code_points(self):
        code = '"😀"; Math.ma'
        reply, _ = self.request(
            "complete_request", {"code": code, "cursor_pos": len(code)}
        )
        content = reply["content"]
        self.assertEqual(content["status"], "ok")
        self.assertIn("max", content["matches"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (10, 12))
        typed = content["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([one["text"] for one in typed], content["matches"])
        for one in typed:
            self.assertEqual((one["start"], one["end"]), (10, 12))
            self.assertIsInstance(one["type"], str)

    def test_an_inspection_that_finds_nothing_is_ok(self):
        reply, _ = self.request(
            "inspect_request", {"code": "", "cursor_pos": 0, "detail_level": 0}
        )
        self.assertEqual(
            reply["content"],
            {"status": "ok", "found": False, "data": {}, "metadata": {}},
        )

    def test_is_complete_tells_complete_incomplete_and_invalid(self):
        for code, status in [
            ("const x = 1", "complete"),
            ("for (const x of [1]) {", "incomplete"),
            ("`open", "incomplete"),
            ("function function", "invalid"),
        ]:
            content = self.request("is_complete_request", {"code": code})[0]["content"]
            self.assertEqual(content["status"], status, code)
            self.assertEqual("indent" in content, status == "incomplete")

    def test_history_has_tail_range_and_search(self):
        count = self.execute("6 * 7")[0]["content"]["execution_count"]
        self.execute("globalThis.unique_name = 1; undefined")
        self.execute('"not stored"', store_history=False)
        ask = lambda **content: self.request("history_request", content)[0]["content"]

        tail = ask(hist_access_type="tail", n=2, output=False)["history"]
        self.assertEqual(
            [one[1:] for one in tail],
            [
                [count, "6 * 7"],
                [count + 1, "globalThis.unique_name = 1; undefined"],
            ],
        )
        both = ask(
            hist_access_type="range", session=0, start=count, stop=count + 1, output=True
        )["history"]
        self.assertEqual([one[1:] for one in both], [[count, ["6 * 7", "42"]]])
        self.execute("6 * 7")
        found = ask(hist_access_type="search", pattern="6 ? 7*")["history"]
        self.assertEqual([one[2] for one in found], ["6 * 7", "6 * 7"])
        found = ask(hist_access_type="search", pattern="6*", unique=True)["history"]
        self.assertEqual([one[1:] for one in found], [[count + 2, "6 * 7"]])
        empty = ask(hist_access_type="range", session=-99)
        self.assertEqual(empty, {"status": "ok", "history": []})

    def test_every_request_is_busy_before_and_idle_after_everything_on_shell_and_control(self):
        for channel in ["shell", "control"]:
            for msg_type, content in [
                ("kernel_info_request", {}),
                ("execute_request", {"code": "1", "silent": False}),
                ("complete_request", {"code": "Ma", "cursor_pos": 2}),
                ("inspect_request", {"code": "Math", "cursor_pos": 4}),
                ("is_complete_request", {"code": "1"}),
                ("history_request", {"hist_access_type": "tail", "n": 1}),
                ("comm_info_request", {}),
                ("comm_open", {"comm_id": "u", "target_name": "unknown", "data": {}}),
                ("comm_msg", {"comm_id": "u", "data": {}}),
                ("comm_close", {"comm_id": "u", "data": {}}),
                ("interrupt_request", {}),
                ("list_subshell_request", {}),
                ("input_reply", {"value": "nobody asked"}),
            ]:
                with self.subTest(channel=channel, msg_type=msg_type):
                    messages = self.outputs(self.send(msg_type, content, channel))
                    states = [
                        one["content"]["execution_state"]
                        for one in messages
                        if one["msg_type"] == "status"
                    ]
                    self.assertEqual(states, ["busy", "idle"])
                    self.assertEqual(messages[0]["msg_type"], "status")
                    self.assertEqual(messages[-1]["msg_type"], "status")

    def test_a_message_of_unknown_type_is_busy_then_idle(self):
        for channel in ["shell", "control"]:
            for msg_type in ["tomorrows_request", "constructor"]:
                messages = self.outputs(self.send(msg_type, channel=channel))
                self.assertEqual(types(messages), ["status", "status"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
