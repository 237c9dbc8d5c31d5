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


WRITES = re.compile(
    r".*\.(write_text|write_bytes|savefig|save|savez(_compressed)?|save_file|tofile|touch|rename|symlink_to|hardlink_to)"
    r"|(\w+\.)*(imwrite|imsave|save_file|save_image|memmap|NamedTemporaryFile|mkstemp)"
    r"|os\.(replace|rename|renames|link|symlink|truncate|mkfifo|mknod)"
    r"|shutil\.(copy\w*|move|make_archive|unpack_archive)|json\.dump|GFile"
)
"""What makes or changes a file, by its name alone."""
FLAGS = re.compile(r"O_(WRONLY|RDWR|CREAT|APPEND|TRUNC|TMPFILE)")
MODE = re.compile(r"(?=.*[wax+])[rwaxbt+]{1,4}")
WRITERS = {
    "signal/write.py": {"os.open", "os.replace", "temporary.open"},
    # what grows by appending: rows, a job's log, a lock that is never read, another program's events
    "engine/log.py": {"os.open", "self.path.open"},
    "cli/jobs.py": {"os.open"},
    "engine/lock.py": {"os.open"},
    "logger/tensorboard.py": {"GFile"},
    # to nowhere
    "signal/silence.py": {"os.open"},
    "cli/main.py": {"os.open", "os.fdopen", "formatter.write_text"},
    # into memory
    "engine/export.py": {"np.savez_compressed"},
    "render/script.py": {"np.savez_compressed"},
    "report/contact.py": {"sheet.save"},
    "report/page/__init__.py": {"picture.save"},
    "signal/encode.py": {"imwrite"},
    "signal/film.py": {"imwrite"},
    "signal/jpeg.py": {"Image.fromarray(values[..., 0] if values.shape[2] == 1 else values).save"},
    # a whole file that gets another name, checkpoints by way of the one writer, and what is run elsewhere
    "dataset/_download.py": {"path.replace"},
    "engine/keeper.py": {"self.save"},
    "engine/loop.py": {"self.keeper.save"},
    STANDALONE: {"place.write_bytes"},
}
"""Who may, and with what."""


def is_writing(call: ast.Call) -> bool:
    """Whether a call makes or changes a file; a text has another `replace` than a path, of two arguments."""
    name, given = ast.unparse(call.func), [*call.args, *(keyword.value for keyword in call.keywords)]
    if name == "os.open":
        return any(FLAGS.search(ast.unparse(argument)) for argument in given)
    if re.fullmatch(r"(.*\.)?(fd)?open", name):
        texts = (argument.value for argument in given if isinstance(argument, ast.Constant))
        return any(isinstance(text, str) and MODE.fullmatch(text) is not None for text in texts)
    if name.endswith(".replace") and len(call.args) == 1 and not call.keywords:
        return True
    return WRITES.fullmatch(name) is not None


def writers(code: str) -> set[str]:
    """The calls in the code that make or change a file."""
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return {ast.unparse(call.func) for call in calls if is_writing(call)}


@each_module
def test_only_the_one_writer_and_those_listed_write_files(file: Path) -> None:
    assert writers(file.read_text(encoding="utf-8")) == WRITERS.get(file.relative_to(PACKAGE).as_posix(), set())


@pytest.mark.parametrize(
    "planted",
    [
        "path.write_text(text)",
        "open(path, 'w')",
        "open(path, mode='ab')",
        "io.open(path, 'x')",
        "file.open('r+')",
        "(folder / 'a').open(mode='wb')",
        "gzip.open(path, 'wt')",
        "os.fdopen(handle, 'w')",
        "os.open(path, os.O_CREAT)",
        "os.open(path, flags=os.O_RDWR)",
        "os.replace(one, other)",
        "path.replace(other)",
        "path.rename(other)",
        "shutil.copyfile(one, other)",
        "shutil.move(one, other)",
        "picture.save(path)",
        "np.save(path, values)",
        "imageio.v3.imwrite(path, values)",
        "json.dump(data, file)",
        "figure.savefig(path)",
        "tempfile.mkstemp()",
    ],
)
def test_a_planted_way_to_write_is_found(planted: str) -> None:
    assert writers(planted)


@pytest.mark.parametrize(
    "reading",
    [
        "open(path)",
        "path.open('rb')",
        "Image.open(path)",
        "dataset.open('face')",
        "os.open(folder, os.O_RDONLY)",
        "write_bytes(path, data)",
        "text.replace('a', 'b')",
        "replace(config, steps=1)",
        "json.dumps(data)",
    ],
)
def test_what_writes_nothing_or_through_the_one_writer_is_not(reading: str) -> None:
    assert not writers(reading)


@pytest.mark.parametrize("file", sorted(conf_folder().rglob("*.yaml")), ids=lambda file: file.name)
def test_a_configuration_names_no_code(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "_target_" not in text
    assert "!!python" not in text


def test_no_global_seed_is_set() -> None:
    for file in MODULES:
        found = set(names(ast.parse(file.read_text(encoding="utf-8"))))
        assert not found & {"torch.manual_seed", "np.random.seed", "random.seed", "torch.random.manual_seed"}, file
