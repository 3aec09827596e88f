"""CurveZMQ: sockets that encrypt, and admit only clients that know the kernel's key."""

import contextlib
import unittest

import zmq
from client import TIMEOUT, KernelTest, only
from jupyter_client.manager import start_new_kernel
from zmq.utils.monitor import recv_monitor_message


class Encryption(KernelTest):
    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start_new_kernel(
            kernel_name="deepdiva",
            startup_timeout=TIMEOUT,
            transport_encryption="required",
        )

    def test_the_kernelspec_says_that_the_kernel_can_encrypt(self):
        metadata = self.manager.kernel_spec.metadata
        self.assertEqual(metadata["supported_encryption"], "curve")
        self.assertFalse(metadata["debugger"])

    def test_all_channels_work_encrypted(self):
        self.assertTrue(self.manager.get_connection_info()["curve_publickey"])
        cell = self.send_cell('console.log("seen"); await input("q")', allow_stdin=True)
        self.client.get_stdin_msg(timeout=TIMEOUT)
        self.client.input("typed")
        _, messages = self.answer(cell)
        self.assertEqual(
            only(messages, "execute_result")["data"]["text/plain"], "'typed'"
        )
        info, _ = self.request("kernel_info_request", channel="control")
        self.assertEqual(info["content"]["status"], "ok")
        self.assertTrue(self.client.hb_channel.is_beating())

    def test_a_client_without_the_key_is_not_heard_even_if_it_signs(self):
        for port, kind in [
            (self.manager.shell_port, zmq.DEALER),
            (self.manager.hb_port, zmq.REQ),
        ]:
            socket = zmq.Context.instance().socket(kind)
            self.addCleanup(socket.close, 0)
            monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
            monitor.setsockopt(zmq.RCVTIMEO, TIMEOUT * 1000)
            socket.connect(f"tcp://127.0.0.1:{port}")
            # It may be refused before it could say anything: then it would wait for ever.
            socket.setsockopt(zmq.SNDTIMEO, 0)
            with contextlib.suppress(zmq.Again):
                if kind == zmq.DEALER:
                    self.client.session.send(socket, "kernel_info_request", {})
                else:
                    socket.send(b"alive?")
            refused = recv_monitor_message(monitor)
            self.assertEqual(refused["event"], zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
            socket.disable_monitor()


if __name__ == "__main__":
    unittest.main(verbosity=2)
