"""Runs the measures on every kernel in turn, round after round, and prints a table."""

import argparse
import os
import sys
from collections import defaultdict
from pathlib import Path

from kernels import PEERS, Kernel, installed_kernels
from measures import MEASURES, ROWS
from session import Failed, Session

Results = dict[str, dict[str, list[float]]]


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
    for index in range(options.rounds):
        # Nobody is always the first, nor always after the same one.
        turn = index % len(kernels)
        for kernel in [*kernels[turn:], *kernels[:turn]]:
            for measure in MEASURES:
                if options.measures and measure.__name__ not in options.measures:
                    continue
                print(
                    f"round {index + 1}/{options.rounds}: {kernel.name}, {measure.__name__}",
                    file=sys.stderr,
                )
                run(kernel, measure, results[kernel.name])
    print(table(names, results))


def run(kernel: Kernel, measure, figures: dict[str, list[float]]) -> None:
    try:
        session = Session(kernel.name)
    except Failed:
        print("  it did not start", file=sys.stderr)
        return
    figures["start to ready"].append(session.ready)
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

    The last column is the first kernel over the best of the others.
    """
    own, *peers = names
    lines = [
        ["", *names, f"{own} ÷ best other"],
        ["---", *["---:" for _ in names], "---:"],
    ]
    for row, unit in ROWS.items():
        best = {
            name: min(results[name][row])
            for name in names
            if results[name][row]
        }
        if not best:
            continue
        cells = [shown(best.get(name), unit) for name in names]
        rival = min((best[name] for name in peers if name in best), default=None)
        # Lines and ratios are no costs that could be divided.
        comparable = unit in ("ms", "MB") and own in best and rival
        ratio = f"{best[own] / rival:.2f}" if comparable else ""
        lines.append([row, *cells, ratio])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(figure: float | None, unit: str) -> str:
    if figure is None:
        return "–"
    digits = 0 if figure >= 100 or not unit else 1 if figure >= 10 else 2
    return f"{figure:.{digits}f} {unit}".strip()


if __name__ == "__main__":
    main()
