"""Runs `copydesk evaluate` over many small documents."""

import json
import subprocess
import tempfile
from pathlib import Path


def evaluate(program, layer, gold, predicted):
    """What it prints as JSON of one layer, for two lists of records."""
    with tempfile.TemporaryDirectory() as folder:
        for name, records in [("gold", gold), ("predicted", predicted)]:
            (Path(folder) / name).write_text("".join(json.dumps(record) + "\n" for record in records))
        command = [program, "evaluate", "gold", "predicted", "--layers", layer, "--draws", "0", "--format", "json"]
        output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return json.loads(output)[layer]
