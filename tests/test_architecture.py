"""What holds for the whole program: its floors, what it never imports, what it never does."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inr_cli.config.paths import PACKAGE, conf_folder

MODULES = sorted(PACKAGE.rglob("*.py"))
ROOT = PACKAGE.parent
each_module = pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(PACKAGE).as_posix())

RUN = """
import sys
from inr_cli.cli.main import main
try:
    main({words!r})
except SystemExit as done:
    code = done.code
heavy = {{"torch", "torchmetrics", "skimage", "matplotlib", "optuna"}} & set(sys.modules)
print(code, sorted(heavy), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["fit", "--cfg", "job"],
        ["tune", "--help"],
        ["ls"],
        ["ls", "images"],
        ["show"],
        ["_complete", "inr fit enc"],
        ["_complete", "inr show "],
    ],
    ids=" ".join,
)
def test_what_trains_nothing_imports_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN.format(words=words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr.splitlines()[-1:] == ["0 []"], done.stderr
    assert not list(tmp_path.iterdir())


def test_the_floors_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not (program.is_file() and (ROOT / "pyproject.toml").is_file()):
        pytest.skip("import-linter is not installed here")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@each_module
def test_a_file_is_one_idea(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


def names(tree: ast.AST) -> Iterator[str]:
    """Every dotted name and import in the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute | ast.Name):
            yield ast.unparse(node)


FORBIDDEN = re.compile(
    r"(torch\.(load|save|hub|jit\.load|package)|(np|numpy)\.load|c?[Pp]ickle|cloudpickle|dill|joblib|marshal|shelve"
    r"|runpy|importlib\.(import_module|reload|machinery)|import_module|pkgutil\.resolve_name|builtins"
    r"|([\w.]+\.)?(JournalStorage|CmaEsSampler)"  # optuna's, which unpickle
    r"|matplotlib|pylab|hydra\.utils|hydra\.main|instantiate|os\.(system|popen|exec.*|spawn.*)"
    r"|yaml\.((unsafe_|full_)?load(_all)?|(Unsafe|Full)?Loader))(\..*)?"
)
CALLS = {"eval", "exec", "compile", "__import__", "input"}
STANDALONE = "render/standalone.py"
"""What is run elsewhere, as the head of an exported file, and not by the program."""
EXCEPTIONS = {
    "report/plots": "matplotlib",
    "config/room.py": "importlib.import_module|import_module",
    STANDALONE: "np.load",
}
"""Who draws, who turns the name of a part into its module, and who reads its own numbers without pickles."""


def offences(code: str) -> set[str]:
    """Whatever in the code could run what a file says."""
    tree = ast.parse(code)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    imports = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    meant = {alias.asname: alias.name for alias in imports}
    roots = ((name, name.partition(".")) for name in names(tree))
    said = {name: f"{meant.get(root, root)}{dot}{rest}" for name, (root, dot, rest) in roots}
    return {name for name, meaning in said.items() if FORBIDDEN.fullmatch(meaning)} | called & CALLS


@each_module
def test_no_code_unpickles_plots_or_lets_a_configuration_name_code(file: Path) -> None:
    place = file.relative_to(PACKAGE).as_posix()
    allowed = [names for start, names in EXCEPTIONS.items() if place.startswith(start)]
    found = offences(file.read_text(encoding="utf-8"))
    assert not {name for name in found if not any(re.match(names, name) for names in allowed)}


@pytest.mark.parametrize(
    "planted",
    [
        "import pickle",
        "import pickle as p\np.loads(data)",
        "from pickle import loads",
        "import cPickle",
        "import dill, json",
        "from joblib import load",
        "from optuna.storages import JournalStorage",
        "import optuna\noptuna.samplers.CmaEsSampler()",
        "import torch\ntorch.load(path)",
        "from torch import load",
        "import torch as t\nt.load(path)",
        "from torch import load as read",
        "torch.hub.load(name)",
        "torch.jit.load(path)",
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'exec')",
        "__import__(name)",
        "import builtins\nbuiltins.eval(text)",
        "import yaml\nyaml.load(text, Loader=yaml.Loader)",
        "yaml.unsafe_load(text)",
        "yaml.full_load_all(text)",
        "from yaml import UnsafeLoader",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "import numpy\nnumpy.load(path)",
        "from numpy import load",
        "from hydra.utils import instantiate",
        "import hydra\nhydra.utils.instantiate(config)",
        "hydra.utils.get_method(name)",
        "import importlib\nimportlib.import_module(config['name'])",
        "from importlib import import_module\nimport_module(name)",
        "import runpy",
        "pkgutil.resolve_name(name)",
        "import os\nos.system(text)",
        "os.popen(text)",
    ],
)
def test_a_planted_way_to_run_a_file_is_found(planted: str) -> None:
    assert offences(planted)


@each_module
def test_compiled_and_captured_steps_live_in_one_place(file: Path) -> None:
    if file.relative_to(PACKAGE).as_posix() == "engine/capture.py":
        return
    found = set(names(ast.parse(file.read_text(encoding="utf-8"))))
    assert not found & {"torch.compile", "torch.cuda.CUDAGraph", "torch.cuda.graph", "torch.jit"}


@each_module
def test_only_the_one_writer_and_the_log_write_files(file: Path) -> None:
    place = file.relative_to(PACKAGE)
    if place.parts[0] == "engine" or place.as_posix() in {"signal/write.py", STANDALONE}:
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        name = ast.unparse(call.func)
        assert not name.endswith((".write_text", ".write_bytes", ".savefig", "np.save")) or name.startswith(
            "formatter."
        )
        if name in {"open", "io.open"} or name.endswith("path.open"):
            modes = [ast.unparse(argument) for argument in call.args]
            assert not any(re.search(r"['\"][^'\"]*[wax+]", mode) for mode in modes), modes


@pytest.mark.parametrize("file", sorted(conf_folder().rglob("*.yaml")), ids=lambda file: file.name)
def test_a_configuration_names_no_code(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "_target_" not in text
    assert "!!python" not in text


def test_no_global_seed_is_set() -> None:
    for file in MODULES:
        found = set(names(ast.parse(file.read_text(encoding="utf-8"))))
        assert not found & {"torch.manual_seed", "np.random.seed", "random.seed", "torch.random.manual_seed"}, file
