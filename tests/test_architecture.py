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
heavy = {{"torch", "torchmetrics", "skimage", "matplotlib"}} & set(sys.modules)
print(code, sorted(heavy), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["fit", "--cfg", "job"],
        ["ls"],
        ["ls", "images"],
        ["_complete", "inr fit enc"],
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
    r"(torch\.(load|save)|c?[Pp]ickle|dill|joblib|marshal|shelve|matplotlib|pylab"
    r"|hydra\.utils|hydra\.main|yaml\.(unsafe_|full_)?load|builtins)(\..*)?"
)


@each_module
def test_no_code_unpickles_plots_or_lets_a_configuration_name_code(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plots = file.relative_to(PACKAGE).as_posix() == "reproduce/plots.py"
    found = {name for name in names(tree) if FORBIDDEN.fullmatch(name)}
    assert not {name for name in found if not (plots and name.startswith("matplotlib"))}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"eval", "exec", "compile", "__import__", "instantiate", "os.system", "input"}


@each_module
def test_compiled_and_captured_steps_live_in_one_place(file: Path) -> None:
    if file.relative_to(PACKAGE).as_posix() == "engine/capture.py":
        return
    found = set(names(ast.parse(file.read_text(encoding="utf-8"))))
    assert not found & {"torch.compile", "torch.cuda.CUDAGraph", "torch.cuda.graph", "torch.jit"}


@each_module
def test_only_the_one_writer_and_the_log_write_files(file: Path) -> None:
    if file.relative_to(PACKAGE).parts[0] == "engine" or file.relative_to(PACKAGE).as_posix() == "signal/write.py":
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
