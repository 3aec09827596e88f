"""Hostile input: whatever comes, it is dropped or answered as the specification says, and the kernel goes on."""

import itertools
import json
import os
import random
import socket
import subprocess
import unittest
import uuid

import zmq
from client import TIMEOUT, KernelTest, only, types
from jupyter_client.manager import start_new_kernel

SEED = 91
ROUNDS = 1500
# What takes a time or a memory that grows too fast shows at 20 already.
MEGABYTES = 100 if os.environ.get("DEEPDIVA_TEST_ALL") else 20
MANY_BYTES = MEGABYTES * 1_000_000


class Hostile(KernelTest):
    count = itertools.count()

    @classmethod
    def setUpClass(cls):
        # It says about each message why it was dropped.
        cls.manager, cls.client = start_new_kernel(
            kernel_name="deepdiva", startup_timeout=TIMEOUT, stderr=subprocess.DEVNULL
        )

    def setUp(self):
        self.pid = self.manager.provisioner.process.pid

    def tearDown(self):
        """The same process answers on both channels, runs cells and still has its state."""
        for channel in ["shell", "control"]:
            reply, _ = self.request("kernel_info_request", channel=channel)
            self.assertEqual(reply["content"]["status"], "ok")
        # A cell that fails aborts those that wait behind it: this one may.
        self.execute('"behind all others"')
        _, messages = self.execute("1 + 1")
        self.assertEqual(only(messages, "execute_result")["data"]["text/plain"], "2")
        self.assertIsNone(self.manager.provisioner.process.poll())
        self.assertEqual(self.manager.provisioner.process.pid, self.pid)

    def connect(self, name, kind=zmq.DEALER):
        peer = zmq.Context.instance().socket(kind)
        self.addCleanup(peer.close, 0)
        peer.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
        peer.setsockopt(zmq.SNDHWM, 0)
        peer.connect(f"tcp://127.0.0.1:{getattr(self.manager, name + '_port')}")
        return peer

    def frames(self, msg_type="kernel_info_request", content=None, **header):
        """Frames of a message as they should be: delimiter, signature, four parts."""
        message = self.client.session.msg(msg_type, content or {})
        names = ["header", "parent_header", "metadata", "content"]
        # As long wherever it is run, so that the same seed does the same. And a
        # damaged time would stop jupyter_client, which reads it in the answers.
        same = {"msg_id": f"{next(self.count):08}", "username": "fuzz", "date": "2026-01-01"}
        message["header"].update({**same, **header})
        # Lone surrogates as escapes, which jupyter_client would refuse to send.
        parts = [json.dumps(message[name]).encode() for name in names]
        return self.signed(parts), message["header"]["msg_id"]

    def signed(self, parts):
        """Frames of any four parts with the signature that belongs to them."""
        return [b"<IDS|MSG>", self.client.session.sign(parts), *parts]

    def next_reply(self, peer):
        _, message = self.client.session.recv(peer, mode=0)
        return message["parent_header"]["msg_id"]

    def test_a_replayed_message_is_dropped(self):
        peer = self.connect("shell")
        first, first_id = self.frames()
        second, second_id = self.frames()
        for frames in [first, first, second]:
            peer.send_multipart(frames)
        self.assertEqual(self.next_reply(peer), first_id)
        self.assertEqual(self.next_reply(peer), second_id)

    def test_a_replayed_cell_does_not_run_again(self):
        frames, msg_id = self.frames(
            "execute_request", {"code": "globalThis.ran = (globalThis.ran ?? 0) + 1"}
        )
        peer = self.connect("shell")
        for _ in range(3):
            peer.send_multipart(frames)
        self.assertEqual(self.next_reply(peer), msg_id)
        _, messages = self.execute("ran")
        self.assertEqual(only(messages, "execute_result")["data"]["text/plain"], "1")

    def test_what_is_not_utf8_is_dropped_though_it_is_signed(self):
        peer = self.connect("shell")
        for index in range(4):
            whole, _ = self.frames()
            parts = whole[2:6]
            parts[index] = parts[index].replace(b"{", b'{"\xff\xfe": 1, ', 1).replace(
                b", }", b"}"
            )
            peer.send_multipart(self.signed(parts))
        whole, msg_id = self.frames()
        peer.send_multipart(whole)
        self.assertEqual(self.next_reply(peer), msg_id)

    def test_content_of_many_megabytes_is_answered(self):
        peer = self.connect("shell")
        for msg_type in ["kernel_info_request", "no_such_type", "comm_msg"]:
            frames, msg_id = self.frames(
                msg_type,
                {"comm_id": "unknown", "data": {"much": "x" * MANY_BYTES}},
            )
            peer.send_multipart(frames)
            states = types(self.outputs(msg_id))
            self.assertEqual(states, ["status", "status"])

    def test_a_cell_of_many_megabytes_runs(self):
        reply, _ = self.execute(
            f"/*{'x' * MANY_BYTES}*/ 5", store_history=False, silent=True
        )
        self.assertEqual(reply["content"]["status"], "ok")

    def test_json_nested_deeply_is_no_crash(self):
        peer = self.connect("shell")
        deep = b'{"comm_id":"c","target_name":"t","data":' + b'{"a":' * 200_000 + b"1" + b"}" * 200_001
        for msg_type in ["comm_open", "execute_request", "kernel_info_request"]:
            whole, _ = self.frames(msg_type)
            parts = [*whole[2:5], deep]
            peer.send_multipart(self.signed(parts))
        whole, msg_id = self.frames()
        peer.send_multipart(whole)
        while self.next_reply(peer) != msg_id:
            pass

    def test_bytes_that_are_no_zeromq_are_no_crash(self):
        chance = random.Random(SEED)
        for name in ["shell", "iopub", "stdin", "control", "hb"]:
            port = getattr(self.manager, f"{name}_port")
            with socket.create_connection(("127.0.0.1", port)) as raw:
                raw.sendall(chance.randbytes(2000))
            with socket.create_connection(("127.0.0.1", port)) as raw:
                raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def test_what_a_subscriber_sends_besides_subscriptions_is_no_crash(self):
        chance = random.Random(SEED)
        peer = self.connect("iopub", zmq.XSUB)
        for _ in range(100):
            peer.send_multipart([chance.randbytes(chance.randrange(20)), b"more"])
        peer.send(b"\x01\xff\xfe")

    def test_a_fuzz_of_messages_with_a_fixed_seed_is_survived(self):
        chance = random.Random(SEED)
        peers = [self.connect(name) for name in ["shell", "control", "stdin"]]
        for _ in range(ROUNDS):
            chance.choice(peers).send_multipart(self.mutant(chance))
        # What was answered does not matter, only that all was read.
        for peer in peers[:2]:
            frames, msg_id = self.frames()
            peer.send_multipart(frames)
            while True:
                received = peer.recv_multipart()
                if msg_id.encode() in received[received.index(b"<IDS|MSG>") + 3]:
                    break

    def mutant(self, chance):
        msg_type = chance.choice(TYPES)
        whole, _ = self.frames(msg_type, content_of(chance), **header_of(chance))
        delimiter, signature, *parts = whole
        index = chance.randrange(4)
        match chance.randrange(12):
            case 0:
                return [delimiter, chance.randbytes(64), *parts]
            case 1:
                return whole[: chance.randrange(len(whole))] or [b""]
            case 2:
                return [*whole, *(chance.randbytes(9) for _ in range(chance.randrange(5)))]
            case 3:
                return [*(chance.randbytes(5) for _ in range(chance.randrange(4))), *whole]
            case 4:
                return [delimiter, delimiter, signature, *parts]
            case 5:
                chance.shuffle(whole)
                return whole
            case 6:
                return [chance.randbytes(chance.randrange(50)) for _ in range(chance.randrange(1, 9))]
            case 7:
                damaged = bytearray(parts[index])
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
                parts[index] = bytes(damaged)
            case 8:
                parts[index] = parts[index][: chance.randrange(len(parts[index]))]
            case 9:
                parts[index] = chance.choice(NOT_OBJECTS)
            case 10:
                header = json.loads(parts[0])
                header.pop(chance.choice(list(header)))
                parts[0] = json.dumps(header).encode()
            case 11:
                pass
        return self.signed(parts)


TYPES = [
    "kernel_info_request",
    "execute_request",
    "complete_request",
    "inspect_request",
    "is_complete_request",
    "history_request",
    "comm_info_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "create_subshell_request",
    "delete_subshell_request",
    "list_subshell_request",
    "interrupt_request",
    "input_reply",
    "execute_reply",
    "status",
    "__proto__",
    "toString",
    "",
]

NOT_OBJECTS = [b"", b"null", b"[]", b"1", b'"text"', b"NaN", b"{]", b"\xff\xfe", b"\x00"]

VALUES = [
    None, True, False, 0, -1, 1.5, 2**53, 1e308, "", "text", "\ud800", "\x00", "😀" * 3,
    [], ["a", 1], {}, {"a": {"b": []}}, {"__proto__": {"x": 1}},
]  # fmt: skip

CODE = ["1", "", "}{", "throw null", "%dd nonsense", "await 1", "\ud800", "// 😀"]

FIELDS = [
    "code", "silent", "store_history", "stop_on_error", "allow_stdin", "user_expressions",
    "cursor_pos", "detail_level", "hist_access_type", "output", "n", "pattern", "session",
    "start", "stop", "unique", "comm_id", "target_name", "data", "subshell_id", "value",
]  # fmt: skip


def content_of(chance):
    content = {
        "code": chance.choice(CODE),
        "cursor_pos": chance.randrange(4),
        "comm_id": chance.choice(["a", "b", "__proto__"]),
        "target_name": chance.choice(["jupyter.widget", "jupyter.widget.control", "none"]),
        "data": chance.choice([{}, {"method": "request_states"}, {"method": "update", "state": 5}]),
        "hist_access_type": chance.choice(["tail", "range", "search"]),
        "pattern": chance.choice(["*", "[", "(a+)+$", "\\"]),
    }
    for _ in range(chance.randrange(4)):
        content[chance.choice(FIELDS)] = chance.choice(VALUES)
    return content


def header_of(chance):
    if chance.randrange(4):
        return {}
    field = chance.choice(["msg_id", "session", "username", "date", "version", "subshell_id"])
    return {field: chance.choice([*VALUES, str(uuid.UUID(int=chance.getrandbits(128)))])}


if __name__ == "__main__":
    unittest.main(verbosity=2)
