"""Runs a command in a pseudo-terminal: pseudo_terminal.py COLUMNS ROWS COMMAND...

Lines of standard input are JSON: {"type": "..."} is typed, {"resize": [columns,
rows]} changes the window. What the command writes comes out of standard output.
Exits with the command's exit code; the end of standard input hangs up.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    size = struct.pack("HHHH", rows, columns, 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)


def follow(terminal, line):
    order = json.loads(line)
    if "type" in order:
        os.write(terminal, order["type"].encode())
    if "resize" in order:
        resize(terminal, *order["resize"])


def relay(terminal):
    pending = b""
    while True:
        ready, _, _ = select.select([terminal, 0], [], [])
        if terminal in ready:
            try:
                output = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other side is closed
                return
            if not output:
                return
            os.write(1, output)
        if 0 in ready:
            orders = os.read(0, 65536)
            if not orders:
                return
            *lines, pending = (pending + orders).split(b"\n")
            for line in lines:
                follow(terminal, line)


columns, rows, *command = sys.argv[1:]
process, terminal = pty.fork()
if process == 0:
    resize(0, int(columns), int(rows))
    os.execvp(command[0], command)
relay(terminal)
os.close(terminal)
_, status = os.waitpid(process, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
