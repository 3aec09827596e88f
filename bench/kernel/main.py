"""Runs the measures on every kernel in turn, round after round, and prints a table."""

import argparse
import os
import sys
from collections import defaultdict
from pathlib import Path

from kernels import PEERS, Kernel, installed_kernels
from measures import MEASURES, ROWS, in_turn
from session import Failed, Session
from start import start

Results = dict[str, dict[str, list[float]]]

STARTS = 3
"""Of each kernel in a round."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefix", type=Path, help="where this kernel is installed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", help="names of kernels")
    parser.add_argument("--measures", nargs="+", help="names of measures")
    options = parser.parse_args()

    kernels = [
        kernel
        for kernel in installed_kernels(
            options.prefix, os.environ.get("DEEPDIVA_BENCH_PEERS")
        )
        if not options.only or kernel.name in options.only
    ]
    names = [kernel.name for kernel in kernels]
    for missing in set(PEERS).difference(names):
        print(f"not measured: {missing}", file=sys.stderr)
    results: Results = defaultdict(lambda: defaultdict(list))
    chosen = options.measures

    def told(index: int, what: str) -> bool:
        """Is it measured? Then the reader is told."""
        if chosen and what.split()[-1] not in chosen:
            return False
        print(f"round {index + 1}/{options.rounds}: {what}", file=sys.stderr)
        return True

    for index in range(options.rounds):
        # Nobody is always the first, nor always after the same one.
        turn = index % len(kernels)
        ordered = [*kernels[turn:], *kernels[:turn]]
        if told(index, "starts"):
            for _ in range(STARTS):
                for kernel in ordered:
                    run_start(kernel, results[kernel.name])
        if told(index, "in_turn"):
            run_in_turn(ordered, results)
        for kernel in ordered:
            for measure in MEASURES:
                if told(index, f"{kernel.name}, {measure.__name__}"):
                    run(kernel, measure, results[kernel.name])
    print(table(names, results))


def run_start(kernel: Kernel, figures: dict[str, list[float]]) -> None:
    try:
        ready, first = start(kernel.name)
    except Failed as failed:
        print(f"  failed: {failed}", file=sys.stderr)
        return
    figures["start to ready"].append(ready)
    figures["start to first result"].append(first)


def run_in_turn(kernels: list[Kernel], results: Results) -> None:
    sessions: dict[str, Session] = {}
    try:
        for kernel in kernels:
            sessions[kernel.name] = Session(kernel.name)
        for name, row, figure in in_turn(sessions, kernels):
            results[name][row].append(figure)
    except Failed as failed:
        print(f"  failed: {str(failed)[:80]!r}", file=sys.stderr)
    finally:
        for session in sessions.values():
            session.close()


def run(kernel: Kernel, measure, figures: dict[str, list[float]]) -> None:
    try:
        session = Session(kernel.name)
    except Failed:
        print("  it did not start", file=sys.stderr)
        return
    try:
        for row, figure in measure(session, kernel):
            figures[row].append(figure)
    except Failed as failed:
        print(f"  failed: {str(failed)[:80]!r}", file=sys.stderr)
    finally:
        session.close()


def table(names: list[str], results: Results) -> str:
    """
    Each kernel's best round: what else the machine does only ever adds.

    The last columns are the first kernel over each of the others.
    """
    own, *peers = names
    lines = [
        ["", *names, *(f"÷ {peer}" for peer in peers)],
        ["---", *("---:" for _ in [*names, *peers])],
    ]
    for row, unit in ROWS.items():
        best = {
            name: min(results[name][row]) for name in names if results[name][row]
        }
        if not best:
            continue
        cells = [shown(best.get(name), unit) for name in names]
        # Lines and ratios are no costs that could be divided.
        comparable = unit in ("ms", "MB") and own in best
        ratios = [
            f"{best[own] / best[peer]:.2f}" if comparable and peer in best else ""
            for peer in peers
        ]
        lines.append([row, *cells, *ratios])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(figure: float | None, unit: str) -> str:
    if figure is None:
        return "–"
    digits = 0 if figure >= 100 or not unit else 1 if figure >= 10 else 2
    return f"{figure:.{digits}f} {unit}".strip()


if __name__ == "__main__":
    main()
