"""Types: what a client sees of a cell's type errors."""

import unittest

from client import KernelTest, only, text, types

WRONG = 'const n: number = "three";'


class Types(KernelTest):
    def test_type_errors_come_above_the_output_of_their_cell(self):
        # The compiler starts with the first cell, which does not wait for it.
        self.execute("%types strict\n1")
        self.execute("%types report")
        # What a cell shows waits for its types a moment only: this one takes longer.
        reply, messages = self.execute(
            f"{WRONG}\nawait new Promise((done) => setTimeout(done, 3000));"
            "\nconsole.log(n); 1 + 1"
        )
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(
            types(messages),
            ["status", "execute_input", "stream", "stream", "execute_result", "status"],
        )
        report, own = (
            message["content"]
            for message in messages
            if message["msg_type"] == "stream"
        )
        self.assertEqual(report["name"], "stderr")
        self.assertRegex(report["text"], r"TS2322.*'string'.*'number'")
        self.assertIn("line 1, column 7", report["text"])
        self.assertEqual(own, {"name": "stdout", "text": "three\n"})

    def test_under_strict_a_cell_with_type_errors_runs_nothing(self):
        reply, messages = self.execute("%types strict\nglobalThis.ran = 1;\nconst m: number = true")
        self.assertEqual(
            types(messages), ["status", "execute_input", "error", "status"]
        )
        error = only(messages, "error")
        self.assertEqual(error["ename"], "TypeCheckError")
        self.assertIn("line 3, column 7", "\n".join(error["traceback"]))
        self.assertEqual(reply["content"]["status"], "error")
        _, messages = self.execute("%types off\ntypeof globalThis.ran")
        self.assertEqual(
            only(messages, "execute_result")["data"]["text/plain"], "'undefined'"
        )

    def test_off_says_nothing_of_types(self):
        _, messages = self.execute(f"%types off\n{WRONG}")
        self.assertTrue(text(messages).startswith("types off"))
        _, messages = self.execute(WRONG)
        self.assertEqual(types(messages), ["status", "execute_input", "status"])


if __name__ == "__main__":
    unittest.main()
