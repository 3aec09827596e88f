"""Comms: messages both ways between the kernel and objects of the front end, also while a cell runs."""

import unittest

from client import TIMEOUT, KernelTest, only, text, types

ECHO = """
jupyter.registerCommTarget("echo", (comm, opening) => {
  console.log("opened with", opening.data.greeting);
  comm.send({ welcome: true });
  comm.onMessage(({ data, metadata, buffers }) => {
    console.log("got", data.value);
    display({ "text/plain": "shown" }, { raw: true });
    comm.send({ back: data.value }, { metadata, buffers: buffers.map((one) => one.map((byte) => byte + 1)) });
    console.log("sent");
  });
  comm.onClose(() => console.log("closed"));
});
"""


class Comms(KernelTest):
    def open(self, comm_id, target, data=None):
        return self.outputs(
            self.send(
                "comm_open",
                {"comm_id": comm_id, "target_name": target, "data": data or {}},
            )
        )

    def tell(self, comm_id, data, **frames):
        return self.send("comm_msg", {"comm_id": comm_id, "data": data}, **frames)

    def comms(self, **content):
        reply, _ = self.request("comm_info_request", content)
        self.assertEqual(reply["msg_type"], "comm_info_reply")
        self.assertEqual(reply["content"]["status"], "ok")
        return reply["content"]["comms"]

    def test_the_kernel_opens_a_comm_sends_on_it_and_closes_it(self):
        cell = self.send_cell(
            'const line = new jupyter.Comm("chart", { data: { a: 1 }, metadata: { version: "2.1.0" },'
            " buffers: [new Float32Array([1, 2]), new Uint8Array([0, 255]).buffer] });"
            "line.send({ b: 2 }, { buffers: [new Uint8Array([7])] }); line.close({ c: 3 }); line.id"
        )
        reply, messages = self.answer(cell)
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(
            types(messages)[2:-1],
            ["comm_open", "comm_msg", "comm_close", "execute_result"],
        )
        opened, sent, closed = messages[2:5]
        for one in [opened, sent, closed]:
            self.assertEqual(one["content"]["comm_id"], opened["content"]["comm_id"])
        self.assertEqual(opened["content"]["target_name"], "chart")
        self.assertEqual(opened["content"]["data"], {"a": 1})
        self.assertEqual(opened["metadata"], {"version": "2.1.0"})
        self.assertEqual(
            [bytes(one) for one in opened["buffers"]],
            [b"\x00\x00\x80?\x00\x00\x00@", b"\x00\xff"],
        )
        self.assertEqual([bytes(one) for one in sent["buffers"]], [b"\x07"])
        self.assertEqual(closed["content"]["data"], {"c": 3})
        self.assertEqual(self.comms(target_name="chart"), {})

    def test_a_comm_message_keeps_its_place_among_the_prints(self):
        _, messages = self.execute(
            'const placed = new jupyter.Comm("t");'
            'for (let i = 0; i < 3; i++) { console.log("before", i); placed.send({ i }); }'
        )
        self.assertEqual(
            types(messages)[2:-1], ["comm_open"] + ["stream", "comm_msg"] * 3
        )

    def test_a_message_that_is_no_json_is_an_error_of_the_cell_and_the_kernel_goes_on(self):
        for mistake in ["send({ n: 1n })", 'send("text")', "close(); afterwards.send({})"]:
            reply, messages = self.execute(
                f'const afterwards = new jupyter.Comm("t"); afterwards.{mistake}'
            )
            self.assertEqual(reply["content"]["status"], "error", mistake)
            self.assertNotIn("comm_msg", types(messages))
        _, messages = self.execute('console.log("fine")')
        self.assertEqual(text(messages), "fine\n")

    def test_the_front_end_opens_a_comm_and_is_answered_with_its_own_header_as_parent(self):
        self.execute(ECHO)
        messages = self.open("front-1", "echo", {"greeting": "hi"})
        self.assertEqual(types(messages)[1:-1], ["stream", "comm_msg"])
        self.assertEqual(text(messages), "opened with hi\n")
        messages = self.outputs(
            self.tell("front-1", {"value": 5}, metadata={"m": 1}, buffers=[b"\x00\x01", b"\x41"])
        )
        self.assertEqual(
            types(messages)[1:-1], ["stream", "display_data", "comm_msg", "stream"]
        )
        (back,) = [one for one in messages if one["msg_type"] == "comm_msg"]
        self.assertEqual(back["content"], {"comm_id": "front-1", "data": {"back": 5}})
        self.assertEqual(back["metadata"], {"m": 1})
        self.assertEqual([bytes(one) for one in back["buffers"]], [b"\x01\x02", b"\x42"])
        messages = self.outputs(self.send("comm_close", {"comm_id": "front-1", "data": {}}))
        self.assertEqual(text(messages), "closed\n")
        self.assertEqual(
            types(self.outputs(self.tell("front-1", {"value": 6}))), ["status", "status"]
        )

    def test_a_comm_message_is_handled_while_a_cell_awaits_and_leaves_the_kernel_busy(self):
        self.execute(ECHO)
        self.open("front-2", "echo")
        cell = self.send_cell(
            'console.log("waiting"); await new Promise(() => setTimeout(() => {}, 600_000))'
        )
        self.wait_for("stream")
        message = self.tell("front-2", {"value": "meanwhile"})
        messages = self.outputs(message)
        self.assertEqual(text(messages), "got meanwhile\nsent\n")
        self.assertEqual(only(messages, "comm_msg")["data"], {"back": "meanwhile"})
        again = self.wait_for("status")
        self.assertEqual(again["content"]["execution_state"], "busy")
        self.assertEqual(again["parent_header"]["msg_id"], cell)
        self.request("interrupt_request", channel="control")
        self.answer(cell)

    def test_a_comm_message_ends_the_wait_of_a_cell(self):
        self.execute(
            'let press; const pressed = new Promise((resolve) => { press = resolve; });'
            'jupyter.registerCommTarget("button", (comm) => comm.onMessage(({ data }) => press(data.by)));'
        )
        self.open("front-3", "button")
        cell = self.send_cell('console.log("waiting"); await pressed')
        self.wait_for("stream")
        self.tell("front-3", {"by": "a click"})
        _, messages = self.answer(cell)
        self.assertEqual(
            only(messages, "execute_result")["data"]["text/plain"], "'a click'"
        )

    def test_late_output_of_a_handler_belongs_to_its_message(self):
        self.execute(
            'jupyter.registerCommTarget("late", (comm) => comm.onMessage(() => {'
            ' setTimeout(() => display({ "text/plain": "late" }, { raw: true }), 200); }))'
        )
        self.open("front-4", "late")
        message = self.tell("front-4", {})
        self.outputs(message)
        self.execute('"another cell"')
        late = self.wait_for("display_data")
        self.assertEqual(late["parent_header"]["msg_id"], message)

    def test_an_error_of_a_handler_is_shown_and_the_comm_stays(self):
        self.execute(
            'jupyter.registerCommTarget("fails", (comm) => comm.onMessage(({ data }) => {'
            ' if (data.fail) throw new RangeError("on purpose"); console.log("fine"); }))'
        )
        self.open("front-5", "fails")
        messages = self.outputs(self.tell("front-5", {"fail": True}))
        self.assertIn("RangeError: on purpose", text(messages, "stderr").replace("\x1b[31m", "").replace("\x1b[0m", ""))
        messages = self.outputs(self.tell("front-5", {}))
        self.assertEqual(text(messages), "fine\n")

    def test_a_loop_in_a_handler_is_ended_by_an_interrupt(self):
        self.execute(
            'let steps = 0; jupyter.registerCommTarget("loops", (comm) => comm.onMessage(() => {'
            ' console.log("looping"); for (;;) steps++; }))'
        )
        self.open("front-6", "loops")
        message = self.tell("front-6", {})
        self.wait_for("stream")
        self.request("interrupt_request", channel="control")
        self.assertIn("KeyboardInterrupt", text(self.outputs(message), "stderr"))
        _, messages = self.execute("steps > 0")
        self.assertEqual(only(messages, "execute_result")["data"]["text/plain"], "true")

    def test_comm_info_lists_the_open_comms_by_target(self):
        self.execute(ECHO + 'const own = new jupyter.Comm("of the kernel", { id: "own-1" });')
        self.open("front-7", "echo")
        self.assertEqual(self.comms(target_name="of the kernel"), {"own-1": {"target_name": "of the kernel"}})
        everything = self.comms()
        self.assertEqual(everything["front-7"], {"target_name": "echo"})
        self.assertEqual(everything["own-1"], {"target_name": "of the kernel"})
        self.assertEqual(self.comms(target_name="no such target"), {})
        self.execute("own.close()")
        self.assertNotIn("own-1", self.comms())

    def test_the_front_end_closes_a_comm_of_the_kernel(self):
        self.execute(
            'const widget = new jupyter.Comm("maybe unknown", { id: "own-2" });'
            'widget.onClose(({ data }) => console.log("closed:", data.why));'
        )
        messages = self.outputs(
            self.send("comm_close", {"comm_id": "own-2", "data": {"why": "no manager"}})
        )
        self.assertEqual(text(messages), "closed: no manager\n")
        self.assertNotIn("own-2", self.comms())

    def test_a_comm_of_an_unknown_target_is_closed_on_iopub(self):
        messages = self.open("nobody", "no such target")
        self.assertEqual(types(messages), ["status", "comm_close", "status"])
        self.assertEqual(only(messages, "comm_close")["comm_id"], "nobody")
        self.assertNotIn("nobody", self.comms())

    def test_the_comms_of_an_engine_that_ended_are_closed(self):
        self.execute('new jupyter.Comm("lost", { id: "lost-1" }); undefined')
        self.assertIn("lost-1", self.comms())
        cell = self.send_cell("process.exit(3)")
        closed = set()
        while "lost-1" not in closed:
            closed.add(self.wait_for("comm_close")["content"]["comm_id"])
        self.reply(cell)
        self.assertEqual(self.comms(), {})


class Widgets(KernelTest):
    STATE = {
        "_model_module": "anywidget",
        "_model_name": "AnyModel",
        "_model_module_version": "~0.11.0",
    }

    def test_a_front_end_that_comes_back_gets_the_states_of_all_widgets(self):
        self.execute(
            'const model = new jupyter.Comm("jupyter.widget", { id: "w1", metadata: { version: "2.1.0" },'
            ' data: { state: { _model_module: "anywidget", _model_name: "AnyModel",'
            ' _model_module_version: "~0.11.0", value: 1, list: [null] },'
            ' buffer_paths: [["points"], ["list", 0]] },'
            ' buffers: [new Uint8Array([1, 2]), new Uint8Array([3])] });'
            'model.send({ method: "update", state: { value: 2 }, buffer_paths: [] });'
            'model.send({ method: "custom", content: { value: 9 } });'
        )
        self.outputs(
            self.send(
                "comm_msg",
                {
                    "comm_id": "w1",
                    "data": {
                        "method": "update",
                        "state": {"typed": "x"},
                        "buffer_paths": [["__proto__", "polluted"], ["far", "away"]],
                    },
                },
                buffers=[b"1", b"2"],
            )
        )
        self.outputs(
            self.send(
                "comm_open",
                {"comm_id": "ctl", "target_name": "jupyter.widget.control", "data": {}},
            )
        )
        messages = self.outputs(
            self.send(
                "comm_msg", {"comm_id": "ctl", "data": {"method": "request_states"}}
            )
        )
        (answer,) = [one for one in messages if one["msg_type"] == "comm_msg"]
        data = answer["content"]["data"]
        self.assertEqual(data["method"], "update_states")
        self.assertEqual(
            data["states"],
            {
                "w1": {
                    "model_name": "AnyModel",
                    "model_module": "anywidget",
                    "model_module_version": "~0.11.0",
                    "state": {**self.STATE, "value": 2, "list": [None], "typed": "x"},
                }
            },
        )
        placed = dict(
            zip(map(tuple, data["buffer_paths"]), map(bytes, answer["buffers"]))
        )
        self.assertEqual(
            placed,
            {
                ("w1", "state", "points"): b"\x01\x02",
                ("w1", "state", "list", 0): b"\x03",
            },
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
