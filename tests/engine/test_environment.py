import getpass
import json
import platform
import socket

import torch

from inr_cli.engine.environment import PACKAGES, differences, environment
from inr_cli.engine.machine import Machine


def test_it_says_what_numbers_depend_on() -> None:
    found = environment(Machine(torch.device("cpu"), 3, "bf16", True))
    assert (found["device"], found["threads"], found["precision"]) == ("cpu", 3, "bf16")
    assert found["python"] == platform.python_version()
    assert found["packages"].keys() == set(PACKAGES)
    assert all(found["packages"].values())
    assert torch.backends.cpu.get_cpu_capability() in found["processor"]


def test_what_has_changed_since_is_told_in_words() -> None:
    now = environment(Machine(torch.device("cpu"), 1, "float32", True))
    assert differences(now, now) == ""
    assert differences({}, now) == "", "an older program's file says less"
    before = now | {"device": "cuda", "packages": now["packages"] | {"torch": "1.0", "pillow": "1.0"}}
    assert differences(before, now) == f"torch was 1.0 and is {torch.__version__}, device was cuda and is cpu"


def test_it_is_strict_json_and_names_nobody() -> None:
    text = json.dumps(environment(Machine(torch.device("cpu"), 1, "float32", True)), allow_nan=False)
    assert socket.gethostname() not in text
    assert len(getpass.getuser()) < 4 or getpass.getuser() not in text
    assert "/" not in text.replace("and/or", "")
