"""Input: a cell asks, the front end answers."""

import unittest

import zmq
from client import TIMEOUT, KernelTest, only, text, types


class Stdin(KernelTest):
    def ask(self, code):
        """Send a cell that may ask; return its id and its question."""
        cell = self.send_cell(code, allow_stdin=True)
        return cell, self.question(cell)

    def question(self, cell):
        question = self.client.get_stdin_msg(timeout=TIMEOUT)
        self.assertEqual(question["msg_type"], "input_request")
        self.assertEqual(question["parent_header"]["msg_id"], cell)
        return question

    def result(self, cell):
        reply, messages = self.answer(cell)
        self.assertEqual(reply["content"]["status"], "ok", reply["content"])
        return only(messages, "execute_result")["data"]["text/plain"]

    def test_input_asks_the_sender_of_the_cell_and_gets_what_was_typed(self):
        cell, question = self.ask('await input("Name? ")')
        self.assertEqual(
            question["content"], {"prompt": "Name? ", "password": False}
        )
        info, _ = self.request("kernel_info_request", channel="control")
        self.assertEqual(question["header"]["session"], info["header"]["session"])
        self.client.input("Ada 😀")
        self.assertEqual(self.result(cell), "'Ada 😀'")

    def test_password_asks_without_showing(self):
        cell, question = self.ask('(await password("Key: ")).length')
        self.assertEqual(question["content"], {"prompt": "Key: ", "password": True})
        self.client.input("secret")
        self.assertEqual(self.result(cell), "6")

    def test_prompt_waits_in_the_middle_of_synchronous_code(self):
        cell, question = self.ask(
            'const read = () => [prompt("one"), prompt()]; read()'
        )
        self.assertEqual(question["content"], {"prompt": "one", "password": False})
        self.client.input("first")
        self.assertEqual(self.question(cell)["content"]["prompt"], "")
        self.client.input("second")
        self.assertEqual(self.result(cell), "[ 'first', 'second' ]")

    def test_what_was_printed_before_a_question_is_sent_before_it(self):
        for question in ["await input()", "prompt()"]:
            cell, _ = self.ask(f'console.log("look here"); {question}')
            # Nothing but what is there already: the kernel waits for the answer.
            shown = []
            while "stream" not in shown:
                shown.append(self.client.get_iopub_msg(timeout=TIMEOUT)["msg_type"])
            self.client.input("seen")
            self.assertEqual(self.result(cell), "'seen'")

    def test_much_is_shown_before_prompt_and_nothing_gets_stuck(self):
        cell, _ = self.ask(
            'for (let i = 0; i < 30; i++) display({ "text/plain": "x".repeat(1e6) }, { raw: true }); prompt()'
        )
        self.client.input("through")
        reply, messages = self.answer(cell)
        self.assertEqual(types(messages).count("display_data"), 30)
        self.assertEqual(reply["content"]["status"], "ok")

    def test_two_questions_at_once_are_asked_one_after_the_other(self):
        cell, first = self.ask('await Promise.all([input("a"), input("b")])')
        self.client.input("1")
        second = self.question(cell)
        self.client.input("2")
        self.assertEqual(
            [first["content"]["prompt"], second["content"]["prompt"]], ["a", "b"]
        )
        self.assertEqual(self.result(cell), "[ '1', '2' ]")

    def test_a_client_that_takes_no_questions_gets_a_clear_error_at_once(self):
        for question in ["await input()", "await password()", "prompt()"]:
            reply, messages = self.execute(question, allow_stdin=False)
            self.assertEqual(reply["content"]["ename"], "InputRefused")
            self.assertIn("allow_stdin", reply["content"]["evalue"])
            self.assertIn("line 1", "".join(only(messages, "error")["traceback"]))
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")

    def test_a_question_after_the_end_of_its_cell_is_refused(self):
        gate, open_gate = self.gate()
        cell = self.send_cell(
            f"(async () => {{ {gate} await input(); }})()"
            '.catch((error) => display({ "text/plain": error.message }, { raw: true })); 1',
            allow_stdin=True,
        )
        self.answer(cell)
        open_gate()
        late = self.wait_for("display_data")
        self.assertIn("has ended", late["content"]["data"]["text/plain"])

    def test_an_answer_that_nobody_asked_for_is_dropped(self):
        self.client.input("too early")
        self.request("kernel_info_request")
        cell, question = self.ask("await input()")
        stale = self.client.session.msg(
            "input_reply",
            {"value": "to another question"},
            parent={**question, "header": {**question["header"], "msg_id": "another"}},
        )
        self.client.stdin_channel.send(stale)
        self.client.stdin_channel.send(
            self.client.session.msg("input_reply", {"value": "right"}, parent=question)
        )
        self.assertEqual(self.result(cell), "'right'")

    def test_the_heartbeat_and_the_control_channel_answer_while_a_cell_waits_for_input(self):
        heartbeat = zmq.Context.instance().socket(zmq.REQ)
        self.addCleanup(heartbeat.close, 0)
        heartbeat.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
        heartbeat.connect(f"tcp://127.0.0.1:{self.manager.hb_port}")
        for question in ["await input()", "prompt()"]:
            cell, _ = self.ask(question)
            heartbeat.send(b"alive?")
            self.assertEqual(heartbeat.recv(), b"alive?")
            reply, _ = self.request("kernel_info_request", channel="control")
            self.assertEqual(reply["content"]["status"], "ok")
            self.client.input("done")
            self.assertEqual(self.result(cell), "'done'")

    def test_an_interrupt_ends_the_wait_for_input_and_state_survives(self):
        self.execute("let kept = 41")
        for question in [
            "await input()",
            "prompt()",
            "try { prompt() } catch { 1 }",
            "try { await input() } catch { 1 }",
        ]:
            cell, _ = self.ask(question)
            self.request("interrupt_request", channel="control")
            reply, _ = self.answer(cell)
            self.assertEqual(reply["content"]["ename"], "KeyboardInterrupt", question)
            # The front end still shows the field: what is typed there is stale.
            self.client.input("too late")
            self.assertEqual(self.result(self.send_cell("kept + 1")), "42")
            next_cell, _ = self.ask("prompt()")
            self.client.input("fresh")
            self.assertEqual(self.result(next_cell), "'fresh'")


if __name__ == "__main__":
    unittest.main(verbosity=2)
