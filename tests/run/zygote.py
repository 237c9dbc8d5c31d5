"""Imports the program and what it is built on once, and forks a process of its own for every command line.

That saves seconds for each. It runs nothing itself, neither a thread nor an operation of PyTorch's, so that forking it
is safe.
"""

import json
import os
import sys
from importlib import import_module

from inr_cli.cli.jobs import PRELOADED
from inr_cli.cli.main import main

for module in (*PRELOADED, "torchmetrics.image", "inr_cli.engine.compress"):
    import_module(module)

for line in sys.stdin:
    asked = json.loads(line)
    if not (child := os.fork()):
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        for stream, place in enumerate((os.devnull, asked["stdout"], asked["stderr"])):
            os.dup2(os.open(place, os.O_RDWR | os.O_CREAT), stream)
        main(asked["words"])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
