"""Executes a notebook as CI services and papermill do, checks its format and writes it.

python execute.py IN.ipynb OUT.ipynb
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

source, target = (Path(one) for one in sys.argv[1:])
notebook = nbformat.read(source, as_version=4)
NotebookClient(
    notebook,
    kernel_name="deepdiva",
    timeout=600,
    resources={"metadata": {"path": str(source.parent)}},
).execute()
nbformat.validate(notebook)
nbformat.write(notebook, target)
