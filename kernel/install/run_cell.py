"""Runs a cell in the kernel "deepdiva" by jupyter_client, interrupts it, shuts it down; prints what came of it.

run_cell.py CODE
"""

import json
import sys

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="deepdiva", startup_timeout=60)
process = manager.provisioner.process
messages = []
reply = client.execute_interactive(
    sys.argv[1], timeout=60, output_hook=messages.append
)
manager.interrupt_kernel()
client.stop_channels()
manager.shutdown_kernel()
print(
    json.dumps(
        {
            "status": reply["content"]["status"],
            "outputs": [
                one["content"]
                for one in messages
                if one["msg_type"] in ("error", "stream", "execute_result")
            ],
            "returncode": process.poll(),
        }
    )
)
