"""Types into `jupyter console` in a real terminal, and waits for what a user would see.

python console.py TRANSCRIPT
"""

import os
import sys

import pexpect

console = pexpect.spawn(
    sys.executable,
    ["-m", "jupyter_console", "--kernel", "deepdiva"],
    encoding="utf8",
    timeout=60,
    dimensions=(40, 120),
    env={
        **os.environ,
        # Colours would stand inside the prompt, and nobody here answers where the cursor is.
        "PROMPT_TOOLKIT_COLOR_DEPTH": "DEPTH_1_BIT",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    },
)
console.logfile_read = open(sys.argv[1], "w", encoding="utf8")


def prompt(number: int) -> None:
    console.expect(rf"In \[(\x1b\[[\d;]*m)*{number}(\x1b\[[\d;]*m)*\]: ")


def enter(line: str) -> None:
    console.send(line + "\r")


console.expect("DeepDIVA .*TypeScript")
prompt(1)
enter("const answer: number = 6 * 7; answer")
console.expect(r"Out\[.*42")

# After each line the console asks the kernel whether the cell is complete.
prompt(2)
enter("for (const n of [1, 2]) {")
console.expect(r"\.\.\.: ")
enter("console.log(`line ${n + 10}`);")
console.expect(r"\.\.\.: ")
enter("}")
enter("")
console.expect("line 11")
console.expect("line 12")

prompt(3)
console.send("answer.toPrec\t")
# What Tab adds is drawn alone where "toPrec" was drawn before it.
console.expect("ision")
enter("(3)")
console.expect(r"42\.0")

prompt(4)
enter("%dd seed 7")
console.expect("root seed 7")

prompt(5)
enter("console.log('end' + 'less'); while (true) {}")
console.expect("endless")
console.sendintr()
console.expect("KeyboardInterrupt")

prompt(6)
enter("answer + 1")
console.expect(r"Out\[.*43")

prompt(7)
console.sendeof()
console.expect("exit")
enter("y")
console.expect(pexpect.EOF)
console.close()
sys.exit(console.exitstatus)
