"""What is measured. Each function takes a fresh kernel and gives figures by their row's name."""

import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kernels import Kernel
from session import Failed, Session, milliseconds

REPEATS = 30
REPEATS_IN_TURN = 60
SETTLE_SECONDS = 1.0
DECLARATIONS = 100
PRINTS = 10_000

Figures = Iterator[tuple[str, float]]

ROWS = {
    "start to ready": "ms",
    "start to first result": "ms",
    "`1+1`": "ms",
    "a new cell": "ms",
    "a new function": "ms",
    "typed function": "ms",
    "100 declarations later": "ms",
    "first completion": "ms",
    "completion": "ms",
    "interrupt of a loop": "ms",
    "10,000 prints": "ms",
    "… lines that arrived": "",
    "idle memory": "MB",
    "memory after completions": "MB",
    "top-level loop ÷ plain file": "×",
}
"""The table's rows, and their units."""


def in_turn(
    sessions: Mapping[str, Session], kernels: Sequence[Kernel]
) -> Iterator[tuple[str, str, float]]:
    """
    Small cells, one in each kernel in turn: what else the machine does meanwhile disturbs all alike.

    Figures by kernel and row.
    """
    languages = {kernel.name: kernel.language for kernel in kernels}
    cells = {
        "`1+1`": lambda n, language: "1+1",
        "a new cell": lambda n, language: f"{n}+1",
        "a new function": lambda n, language: language.new_function.replace(
            "{n}", str(n)
        ),
        "typed function": lambda n, language: language.typed_function,
    }
    # A type checker starts after the first cell, and the second waits for it.
    for code in ("1+1", "0+1"):
        for session in sessions.values():
            session.execute(code)
        time.sleep(SETTLE_SECONDS)
    names = list(sessions)
    for row, cell in cells.items():
        took = defaultdict(list)
        for n in range(2, 2 + REPEATS_IN_TURN):
            first = n % len(names)
            for name in [*names[first:], *names[:first]]:
                code = cell(n, languages[name])
                took[name].append(sessions[name].execute(code)[0])
        for name in names:
            yield name, row, statistics.median(took[name])


def everyday(session: Session, kernel: Kernel) -> Figures:
    """A student's hour: a first cell, more cells, completions."""
    language = kernel.language
    session.execute("1+1")
    time.sleep(SETTLE_SECONDS)
    yield "idle memory", session.memory()
    for n in range(DECLARATIONS):
        session.execute(language.declaration.format(n=n))
    use = language.use.format(a=0, b=DECLARATIONS - 1)
    yield "100 declarations later", median_of(lambda: session.execute(use)[0])
    yield "first completion", complete(session, kernel)
    yield "completion", median_of(lambda: complete(session, kernel))
    time.sleep(SETTLE_SECONDS)
    yield "memory after completions", session.memory()


def complete(session: Session, kernel: Kernel) -> float:
    typed, expected = kernel.language.completion
    started = time.perf_counter()
    content = session.reply(session.client.complete(typed), started)
    took = milliseconds(started)
    if not any(expected in match for match in content["matches"]):
        raise Failed(f"no {expected} for {typed}: {content}")
    return took


def printing(session: Session, kernel: Kernel) -> Figures:
    session.execute("1+1")
    time.sleep(SETTLE_SECONDS)
    try:
        took, text = session.execute(
            kernel.language.prints.replace("{count}", str(PRINTS))
        )
    except Failed as failed:
        yield "… lines that arrived", str(failed).count("line ")
        raise
    arrived = text.count("line ")
    yield "… lines that arrived", arrived
    # What loses lines is not to be called fast.
    if arrived == PRINTS:
        yield "10,000 prints", took


def interrupting(session: Session, kernel: Kernel) -> Figures:
    session.execute("1+1")
    started = time.perf_counter()
    msg_id = session.client.execute(kernel.language.endless)
    try:
        session.outputs(msg_id, started, until="busy")
    except Failed:
        # Not every kernel says so while it loops.
        pass
    time.sleep(SETTLE_SECONDS)
    started = time.perf_counter()
    session.manager.interrupt_kernel()
    session.reply(msg_id, started)
    took = milliseconds(started)
    # A kernel that hangs from now on was not interrupted. (tslab refuses all
    # cells for a moment.)
    time.sleep(SETTLE_SECONDS)
    session.execute("1+1")
    yield "interrupt of a loop", took


def looping(session: Session, kernel: Kernel) -> Figures:
    """A loop in a cell beside the same loop in a file: each at its best of three."""
    code = kernel.language.loop.replace("{rounds}", str(kernel.loop_rounds))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"loop.{kernel.language.extension}"
        file.write_text(code)
        in_file = min(
            loop_time(
                subprocess.run(
                    [*kernel.plain, str(file)],
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
            )
            for _ in range(3)
        )
    in_cell = min(loop_time(session.execute(code)[1]) for _ in range(3))
    yield "top-level loop ÷ plain file", in_cell / in_file


def loop_time(printed: str) -> float:
    _, _, after = printed.partition("loop")
    # Deno's print may come after its idle.
    if not after.strip():
        raise Failed(f"no time in {printed!r}")
    return float(after.split()[0])


def median_of(measure) -> float:
    return statistics.median(measure() for _ in range(REPEATS))


MEASURES = [everyday, looping, printing, interrupting]
