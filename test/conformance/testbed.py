"""What runtimed's kernel-testbed asks and test/protocol/ does not, with the answers checked.

https://github.com/runtimed/kernel-testbed
"""

import unittest

import zmq
from client import TIMEOUT, KernelTest, only, types


class Basic(KernelTest):
    def test_the_heartbeat_answers_as_soon_as_the_kernel_is_there(self):
        heartbeat = zmq.Context.instance().socket(zmq.REQ)
        self.addCleanup(heartbeat.close, 0)
        heartbeat.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
        heartbeat.connect(f"tcp://127.0.0.1:{self.manager.hb_port}")
        for beat in [b"ping", b"", b"\x00\xff" * 1000]:
            heartbeat.send(beat)
            self.assertEqual(heartbeat.recv(), beat)

    def test_kernel_info_names_a_language_and_a_protocol(self):
        reply, _ = self.request("kernel_info_request")
        content = reply["content"]
        self.assertEqual(content["status"], "ok")
        self.assertEqual(content["language_info"]["name"], "typescript")
        self.assertRegex(content["protocol_version"], r"^5\.\d+$")

    def test_code_that_does_not_parse_is_an_error_in_reply_and_output(self):
        reply, messages = self.execute("function function")
        self.assertEqual(reply["content"]["status"], "error")
        self.assertEqual(reply["content"]["ename"], "SyntaxError")
        self.assertEqual(only(messages, "error")["ename"], "SyntaxError")


class Types(KernelTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.execute_interactive(
            "const testVariableForCompletion = 42", timeout=TIMEOUT
        )

    def test_a_variable_of_an_earlier_cell_is_completed(self):
        code = "testVariableFor"
        reply, _ = self.request(
            "complete_request", {"code": code, "cursor_pos": len(code)}
        )
        content = reply["content"]
        self.assertEqual(content["status"], "ok")
        self.assertEqual(content["matches"], ["testVariableForCompletion"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (0, 15))

    def test_a_variable_of_an_earlier_cell_is_inspected(self):
        code = "testVariableForCompletion"
        reply, _ = self.request(
            "inspect_request",
            {"code": code, "cursor_pos": len(code), "detail_level": 0},
        )
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertTrue(reply["content"]["found"])
        self.assertIn(code, reply["content"]["data"]["text/plain"])


class RichOutput(KernelTest):
    def test_html_is_displayed_and_updated_under_its_id(self):
        _, messages = self.execute(
            'const shown = display({ "text/html": "<b>initial</b>" },'
            ' { raw: true, displayId: "d" });'
            'await shown.update({ "text/html": "<b>updated</b>" })'
        )
        self.assertEqual(
            types(messages)[2:-1], ["display_data", "update_display_data"]
        )
        for msg_type, html in [
            ("display_data", "<b>initial</b>"),
            ("update_display_data", "<b>updated</b>"),
        ]:
            content = only(messages, msg_type)
            self.assertEqual(content["data"]["text/html"], html)
            self.assertEqual(content["transient"], {"display_id": "d"})
            self.assertEqual(content["metadata"], {})

    def test_a_value_that_knows_its_picture_is_a_rich_result(self):
        _, messages = self.execute(
            '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>me</i>" }) })'
        )
        data = only(messages, "execute_result")["data"]
        self.assertEqual(data["text/html"], "<i>me</i>")
        # The protocol wants text beside every picture.
        self.assertIsInstance(data["text/plain"], str)

    def test_rows_are_a_result_that_reads_as_text_too(self):
        _, messages = self.execute(
            '[{ letter: "A", frequency: 0.08167 }, { letter: "B", frequency: 0.01492 }]'
        )
        data = only(messages, "execute_result")["data"]
        self.assertIn("0.08167", data["text/plain"])


class Advanced(KernelTest):
    def test_an_interrupt_is_answered_on_control_also_when_nothing_runs(self):
        reply, messages = self.request("interrupt_request", channel="control")
        self.assertEqual(reply["msg_type"], "interrupt_reply")
        self.assertEqual(reply["content"], {"status": "ok"})
        self.assertEqual(types(messages), ["status", "status"])

    def test_every_answer_names_the_request_it_answers(self):
        for msg_type, content in [
            ("kernel_info_request", {}),
            ("execute_request", {"code": 'console.log("x"); 1', "silent": False}),
            ("complete_request", {"code": "Ma", "cursor_pos": 2}),
            ("inspect_request", {"code": "Math", "cursor_pos": 4, "detail_level": 0}),
            ("is_complete_request", {"code": "1"}),
            ("history_request", {"hist_access_type": "tail", "n": 1}),
            ("comm_info_request", {}),
        ]:
            with self.subTest(msg_type=msg_type):
                msg_id = self.send(msg_type, content)
                reply = self.client.shell_channel.get_msg(timeout=TIMEOUT)
                self.assertEqual(
                    reply["msg_type"], msg_type.replace("_request", "_reply")
                )
                for message in [reply, *self.outputs(msg_id)]:
                    parent = message["parent_header"]
                    self.assertEqual(parent["msg_id"], msg_id)
                    self.assertEqual(parent["msg_type"], msg_type)
                    self.assertEqual(parent["session"], self.client.session.session)


if __name__ == "__main__":
    unittest.main(verbosity=2)
