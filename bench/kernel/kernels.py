"""The kernels that are measured: how each is started, and its language's cells."""

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Language:
    """The same work, written in one language."""

    extension: str
    typed_function: str
    new_function: str
    """Ten lines with the number {n} in them, which makes each a text that was not run before."""
    declaration: str
    """Declares the variable number {n}."""
    use: str
    """An expression of two such variables."""
    prints: str
    """Prints {count} lines that start with "line "."""
    endless: str
    completion: tuple[str, str]
    """What is typed, and a match that has to come."""
    loop: str
    """A loop of {rounds} that prints the milliseconds it took after the word "loop"."""


TYPESCRIPT = Language(
    extension="js",
    typed_function=(
        "function area(width: number, height: number): number"
        " { return width * height; }\narea(3, 4)"
    ),
    new_function="""\
function mean{n}(values: number[], start: number): number {
  let total = start;
  let count = 0;
  for (const value of values) {
    if (value < 0) continue;
    total += value * {n};
    count += 1;
  }
  return count === 0 ? 0 : total / count;
}
mean{n}([1, 2, 3], {n})""",
    declaration="const value{n}: number = {n};",
    use="value{a} + value{b}",
    prints="for (let i = 0; i < {count}; i++) console.log(`line ${i}`);",
    endless="while (true) {}",
    completion=("Math.flo", "floor"),
    loop=(
        "const start = performance.now(); let sum = 0;"
        " for (let i = 0; i < {rounds}; i++) sum += i & 3;"
        ' console.log("loop", performance.now() - start);'
    ),
)
PYTHON = Language(
    extension="py",
    typed_function=(
        "def area(width: float, height: float) -> float:"
        "\n    return width * height\narea(3, 4)"
    ),
    new_function="""\
def mean{n}(values: list[float], start: float) -> float:
    total = start
    count = 0
    for value in values:
        if value < 0:
            continue
        total += value * {n}
        count += 1
    return 0 if count == 0 else total / count
mean{n}([1, 2, 3], {n})""",
    declaration="value{n}: int = {n}",
    use="value{a} + value{b}",
    prints='for i in range({count}): print(f"line {i}")',
    endless="while True: pass",
    completion=("str.casef", "casefold"),
    loop=(
        "import time\nstart = time.perf_counter()\nsum = 0\n"
        "for i in range({rounds}): sum += i & 3\n"
        'print("loop", 1000 * (time.perf_counter() - start))'
    ),
)


@dataclass(frozen=True)
class Kernel:
    name: str
    """The name of its kernelspec, and its column."""
    language: Language
    plain: tuple[str, ...]
    """The command that runs a file of the same code without a kernel."""
    loop_rounds: int
    """How long the loop is: slow kernels get a shorter one, only the ratio to `plain` is told."""


PEERS = ("ipykernel", "tslab", "deno")


def installed_kernels(prefix: Path, peers: str | None) -> list[Kernel]:
    """
    This kernel, and those of the others that are there.

    `prefix` has this kernel's kernelspec and gets those of the others;
    `peers` is a folder in which `npm install tslab deno` was done.
    """
    kernels = [Kernel("deepdiva", TYPESCRIPT, (node_of(prefix),), 50_000_000)]
    if importlib.util.find_spec("ipykernel"):
        install(
            prefix,
            "ipykernel",
            [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        )
        kernels.append(Kernel("ipykernel", PYTHON, (sys.executable,), 5_000_000))
    node = shutil.which("node")
    tslab = peers and os.path.join(peers, "node_modules", "tslab", "bin", "tslab")
    if node and tslab and os.path.exists(tslab):
        install(
            prefix, "tslab", [node, tslab, "kernel", "--config-path", "{connection_file}"]
        )
        kernels.append(Kernel("tslab", TYPESCRIPT, (node,), 5_000_000))
    # Not node_modules/.bin/deno: that one is a script that starts a second process.
    deno = peers and next(Path(peers).glob("node_modules/@deno/*/deno"), None)
    if deno:
        install(
            prefix,
            "deno",
            [str(deno), "jupyter", "--kernel", "--conn", "{connection_file}"],
            interrupt_mode="message",
        )
        kernels.append(Kernel("deno", TYPESCRIPT, (str(deno), "run"), 50_000_000))
    return kernels


def spec_folder(prefix: Path, name: str) -> Path:
    return prefix / "share" / "jupyter" / "kernels" / name


def node_of(prefix: Path) -> str:
    """The Node that the kernel under test runs on."""
    spec = json.loads((spec_folder(prefix, "deepdiva") / "kernel.json").read_text())
    return spec["metadata"]["deepdiva"]["node"]


def install(prefix: Path, name: str, argv: list[str], **fields: str) -> None:
    folder = spec_folder(prefix, name)
    folder.mkdir(parents=True)
    spec = {"argv": argv, "display_name": name, "language": name, **fields}
    (folder / "kernel.json").write_text(json.dumps(spec))
