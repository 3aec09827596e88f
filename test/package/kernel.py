"""Executes a notebook on the installed kernel, then asks it for completions and help.

python kernel.py IN.ipynb OUT.ipynb

Prints JSON: what "own.multir" can go on as, and the text about own.multirun.
"""

import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.util import run_sync

source, target = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
client = NotebookClient(notebook, kernel_name="deepdiva", timeout=120)
with client.setup_kernel():
    for index, cell in enumerate(notebook.cells):
        client.execute_cell(cell, index)

    async def answer(method, code):
        return await method(code, len(code), reply=True, timeout=60)

    ask = run_sync(answer)
    matches = ask(client.kc.complete, "own.multir")["content"]["matches"]
    text = ask(client.kc.inspect, "own.multirun")["content"]["data"]["text/plain"]
nbformat.validate(notebook)
nbformat.write(notebook, target)
print(json.dumps({"matches": matches, "text": text}))
