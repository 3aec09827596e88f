"""Bytes on the sockets: signatures, addresses, buffers, transports."""

import json
import os
import subprocess
import tempfile
import time
import unittest
import uuid

import zmq
from client import KernelTest, TIMEOUT, types
from jupyter_client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session


class Wire(KernelTest):
    def socket(self, kind, port, identity=None):
        socket = zmq.Context.instance().socket(kind)
        self.addCleanup(socket.close, 0)
        socket.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
        if identity:
            socket.setsockopt(zmq.IDENTITY, identity)
        socket.connect(f"tcp://127.0.0.1:{port}")
        return socket

    def subscriber(self, topic):
        """A socket that is subscribed by now, and its welcome."""
        iopub = self.socket(zmq.SUB, self.manager.iopub_port)
        iopub.setsockopt(zmq.SUBSCRIBE, topic)
        while True:
            # What is published for others may come first.
            _, message = self.client.session.recv(iopub, mode=0)
            if message["msg_type"] == "iopub_welcome":
                return iopub, message

    def test_a_wrong_signature_gets_no_reply_and_no_status(self):
        shell = self.socket(zmq.DEALER, self.manager.shell_port)
        forger = Session(key=b"not the key")
        forged = forger.send(shell, "kernel_info_request", {})
        shell.send_multipart([b"<IDS|MSG>", b"", b"{", b"}", b"", b"no json"])
        shell.send_multipart([b"no delimiter"])
        honest = self.client.session.send(shell, "kernel_info_request", {})
        _, reply = self.client.session.recv(shell, mode=0)
        self.assertEqual(reply["parent_header"]["msg_id"], honest["msg_id"])
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            parent = message["parent_header"].get("msg_id")
            self.assertNotEqual(parent, forged["msg_id"])
            if parent == honest["msg_id"]:
                break

    def test_a_reply_goes_back_over_every_hop_it_came(self):
        shell = self.socket(zmq.DEALER, self.manager.shell_port)
        session = self.client.session
        session.send(shell, "kernel_info_request", {}, ident=[b"hop1", b"hop2"])
        frames = shell.recv_multipart()
        self.assertEqual(frames[:3], [b"hop1", b"hop2", b"<IDS|MSG>"])

    def test_each_broadcast_has_one_topic_frame(self):
        iopub, _ = self.subscriber(b"")
        self.send_cell('console.log("x"); display({ "text/plain": "y" }, { raw: true }); 1')
        seen = set()
        while not {"stream", "display_data", "execute_result", "status"} <= seen:
            frames = iopub.recv_multipart()
            self.assertEqual(frames.index(b"<IDS|MSG>"), 1)
            seen.add(json.loads(frames[3])["msg_type"])

    def test_starting_is_told_once_and_before_all_other_states(self):
        with Started() as kernel:
            session = Session(key=kernel["key"].encode())
            iopub = self.socket(zmq.SUB, kernel["iopub_port"])
            iopub.setsockopt(zmq.SUBSCRIBE, b"")
            _, welcome = session.recv(iopub, mode=0)
            self.assertEqual(welcome["msg_type"], "iopub_welcome")
            shell = self.socket(zmq.DEALER, kernel["shell_port"])
            for _ in range(2):
                session.send(shell, "kernel_info_request", {})
            states = [
                session.recv(iopub, mode=0)[1]["content"]["execution_state"]
                for _ in range(5)
            ]
            self.assertEqual(states, ["starting", "busy", "idle", "busy", "idle"])

    def test_each_subscriber_is_welcomed(self):
        for topic in [b"", b"stream"]:
            _, message = self.subscriber(topic)
            self.assertEqual(message["content"], {"subscription": topic.decode()})
            self.assertEqual(message["parent_header"], {})

    def test_a_client_that_comes_back_under_its_identity_gets_its_reply(self):
        for _ in range(3):
            shell = self.socket(zmq.DEALER, self.manager.shell_port, b"same")
            sent = self.client.session.send(shell, "kernel_info_request", {})
            _, reply = self.client.session.recv(shell, mode=0)
            self.assertEqual(reply["parent_header"]["msg_id"], sent["msg_id"])

    def test_a_client_that_leaves_before_its_reply_harms_nobody(self):
        shell = self.socket(zmq.DEALER, self.manager.shell_port)
        for _ in range(100):
            self.client.session.send(shell, "kernel_info_request", {})
        shell.close(0)
        self.assertEqual(self.execute("1")[0]["content"]["status"], "ok")

    def test_a_request_before_the_first_subscription_still_yields_its_idle(self):
        with Started() as kernel:
            shell = self.socket(zmq.DEALER, kernel["shell_port"])
            session = Session(key=kernel["key"].encode())
            sent = session.send(shell, "kernel_info_request", {})
            iopub = self.socket(zmq.SUB, kernel["iopub_port"])
            iopub.setsockopt(zmq.SUBSCRIBE, b"")
            states = []
            while "idle" not in states:
                _, message = session.recv(iopub, mode=0)
                if message["parent_header"].get("msg_id") == sent["msg_id"]:
                    states.append(message["content"]["execution_state"])
            self.assertEqual(states, ["busy", "idle"])

    def test_a_burst_of_requests_is_answered_in_order_and_whole(self):
        shell = self.socket(zmq.DEALER, self.manager.shell_port)
        shell.setsockopt(zmq.SNDHWM, 0)
        sent = [
            self.client.session.send(shell, "comm_info_request", {})["msg_id"]
            for _ in range(2000)
        ]
        answered = [
            self.client.session.recv(shell, mode=0)[1]["parent_header"]["msg_id"]
            for _ in sent
        ]
        self.assertEqual(answered, sent)

    def test_ports_of_0_are_chosen_and_written_to_the_connection_file(self):
        with Started() as kernel:
            self.assertTrue(all(kernel[name] > 0 for name in PORTS))
            self.assertEqual(os.stat(kernel["file"]).st_mode & 0o777, 0o600)

    def test_an_address_other_than_the_usual_one_is_listened_on(self):
        for ip, endpoint in [("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.3")]:
            with Started(ip=ip) as kernel:
                shell = zmq.Context.instance().socket(zmq.DEALER)
                self.addCleanup(shell.close, 0)
                shell.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
                shell.connect(f"tcp://{endpoint}:{kernel['shell_port']}")
                session = Session(key=kernel["key"].encode())
                session.send(shell, "kernel_info_request", {})
                _, reply = session.recv(shell, mode=0)
                self.assertEqual(reply["content"]["status"], "ok")

    def test_the_connection_file_can_be_given_as_an_option(self):
        for before in [["-f"], []]:
            with Started(before=before, option="" if before else "--f=") as kernel:
                self.assertTrue(kernel["shell_port"])

    @unittest.skipIf(os.name == "nt", "Windows has no ipc transport")
    def test_ipc_sockets_and_a_path_with_spaces_work(self):
        with tempfile.TemporaryDirectory() as folder:
            with Started(transport="ipc", ip=os.path.join(folder, "kernel")) as kernel:
                client = BlockingKernelClient(connection_file=kernel["file"])
                client.load_connection_file()
                client.start_channels()
                client.wait_for_ready(timeout=TIMEOUT)
                client.stop_channels()

    def test_an_empty_key_switches_signatures_off(self):
        with Started(key="") as kernel:
            shell = self.socket(zmq.DEALER, kernel["shell_port"])
            session = Session(key=b"")
            session.send(shell, "kernel_info_request", {})
            frames = shell.recv_multipart()
            self.assertEqual(frames[:2], [b"<IDS|MSG>", b""])

    def test_the_hash_of_the_signature_scheme_is_used(self):
        with Started(signature_scheme="hmac-sha512") as kernel:
            shell = self.socket(zmq.DEALER, kernel["shell_port"])
            session = Session(
                key=kernel["key"].encode(), signature_scheme="hmac-sha512"
            )
            session.send(shell, "kernel_info_request", {})
            _, reply = session.recv(shell, mode=0)
            self.assertEqual(reply["content"]["status"], "ok")


PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"]


class Started:
    """A kernel started with a connection file of our own, its ports 0."""

    def __init__(self, before=(), option="", **fields):
        self.before = before
        self.option = option
        self.fields = {
            "transport": "tcp",
            "ip": "127.0.0.1",
            "key": str(uuid.uuid4()),
            "signature_scheme": "hmac-sha256",
            **dict.fromkeys(PORTS, 0),
            **fields,
        }

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "a file.json")
        with open(path, "w") as file:
            json.dump(self.fields, file)
        *command, _ = KernelSpecManager().get_kernel_spec("deepdiva").argv
        self.process = subprocess.Popen([*command, *self.before, self.option + path])
        while True:
            with open(path) as file:
                connection = json.load(file)
            if all(connection[name] for name in PORTS):
                return {**connection, "file": path}
            if self.process.poll() is not None:
                raise RuntimeError("the kernel did not start")
            # Without a rest it would take the processor that the kernel starts on.
            time.sleep(0.01)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


if __name__ == "__main__":
    unittest.main(verbosity=2)
