"""A field as one Python file that a person can read, and that needs NumPy alone."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.export import ExportedProgram
from torch.export.graph_signature import InputKind

from inr_cli.config.errors import ConfigError
from inr_cli.render.field import Field
from inr_cli.render.trace import traced

Expression = Callable[..., str]
WIDTH = 120
TYPES = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}


def _function(name: str) -> Expression:
    return lambda *values: f"{name}({', '.join(values)})"


def _operator(sign: str) -> Expression:
    return lambda one, other: f"{one} {sign} {other}"


OPERATIONS: Mapping[str, Expression] = {
    "abs": _function("np.abs"),
    "cos": _function("np.cos"),
    "exp": _function("np.exp"),
    "floor": _function("np.floor"),
    "sin": _function("np.sin"),
    "sqrt": _function("np.sqrt"),
    "square": _function("np.square"),
    "tanh": _function("np.tanh"),
    "reciprocal": lambda z: f"1 / {z}",
    "neg": lambda z: f"-{z}",
    "add": _operator("+"),
    "sub": _operator("-"),
    "mul": _operator("*"),
    "div": _operator("/"),
    "pow": _operator("**"),
    "lt": _operator("<"),
    "matmul": _operator("@"),
    "rsub": lambda one, other: f"{other} - {one}",
    "linear": lambda x, weight, bias=None: f"{x} @ {weight}.T" + (f" + {bias}" if bias else ""),
    "conv1d": lambda x, weight, bias: f"np.einsum('oi,...in->...on', {weight}[..., 0], {x}) + {bias}[:, None]",
    "relu": lambda z: f"np.maximum({z}, 0)",
    "clamp": lambda z, low="None", high="None": f"np.clip({z}, {low}, {high})",
    "elu": lambda z, alpha="1.0": f"np.where({z} > 0, {z}, {alpha} * np.expm1(np.minimum({z}, 0)))",
    "selu": lambda z: f"1.0507009873554805 * np.where({z} > 0, {z}, 1.6732632423543772 * np.expm1(np.minimum({z}, 0)))",
    "silu": lambda z: f"{z} / (1 + np.exp(-{z}))",
    "sigmoid": lambda z: f"1 / (1 + np.exp(-{z}))",
    "gelu": lambda z: f"0.5 * {z} * (1 + np.vectorize(math.erf, otypes='f')({z} / np.sqrt(2)))",
    "softplus": lambda z, beta="1": f"np.logaddexp(0, {beta} * {z}) / {beta}",
    "where": _function("np.where"),
    "zeros_like": lambda z, **_: f"np.zeros_like({z})",
    "ones_like": lambda z, **_: f"np.ones_like({z})",
    "complex": lambda real, imaginary: f"{real} + 1j * {imaginary}",
    "view_as_real": lambda z: f"np.stack([{z}.real, {z}.imag], axis=-1)",
    "cat": lambda parts, axis="0": f"np.concatenate({parts}, axis={axis})",
    "stack": lambda parts, axis="0": f"np.stack({parts}, axis={axis})",
    "sum": lambda z, axes, keep="False": f"np.sum({z}, axis=tuple({axes}), keepdims={keep})",
    "max": _function("np.max"),
    "select": lambda z, axis, index: f"np.take({z}, {index}, axis={axis})",
    "unbind": lambda z, axis="0": f"np.moveaxis({z}, {axis}, 0)",
    "split_with_sizes": lambda z, sizes, axis="0": f"np.split({z}, np.cumsum({sizes})[:-1], axis={axis})",
    "getitem": lambda z, index: f"{z}[{index}]",
    "unsqueeze": lambda z, axis: f"np.expand_dims({z}, {axis})",
    "permute": _function("np.transpose"),
    "transpose": _function("np.swapaxes"),
    "view": _function("np.reshape"),
    "sym_size": lambda z, axis: f"{z}.shape[{axis}]",
    "arange": lambda count, **_: f"np.arange({count})",
    "index_select": lambda z, axis, index: f"np.take({z}, {index}, axis={axis})",
    "diag_embed": lambda z: f"{z}[..., None] * np.eye({z}.shape[-1], dtype={z}.dtype)",
    "_to_copy": lambda z, dtype="'float32'", **_: f"{z}.astype({dtype})",
    "detach": lambda z: z,
}
"""What stands in the file for each operation that fields are made of, by its name in PyTorch."""


def script(field: Field, title: str) -> str:
    """The file: `python FILE.py 1000 picture.png` renders the field with a longest side of 1000 pixels.

    Raises `ConfigError` for a field that knows whole pictures only, or uses what has no line in `OPERATIONS`.
    """
    lines, numbers = _lines(traced(field, "numpy"))
    standalone = Path(__file__).with_name("standalone.py").read_text(encoding="utf-8")
    code = standalone.partition('"""\n')[2].replace("import io\n", "import io\nimport math\n")
    packed = io.BytesIO()
    np.savez_compressed(packed, **numbers)  # type: ignore[arg-type]
    text = base64.b85encode(packed.getvalue()).decode()
    height, width = field.geometry.shape
    return "\n".join(
        [
            f'"""{title}: python FILE.py [LONGEST SIDE] [PICTURE.png] renders it, and needs NumPy alone."""',
            code,
            "",
            "def field(coords):",
            '    """Colours `(points, channels)` on the unit scale, of rows and columns `(points, 2)` in [-1, 1]."""',
            *(f"    {line}" for line in lines),
            "",
            "",
            f"FITTED = {height}, {width}  # rows and columns of the picture",
            f'GRID = "{field.geometry.grid}"  # where in [-1, 1] they lie: pixel centres, corners, or left edges',
            'NUMBERS = unpack("""',
            *(text[start : start + WIDTH] for start in range(0, len(text), WIDTH)),
            '""")',
            "",
            'if __name__ == "__main__":',
            "    main(field, FITTED, GRID)",
            "",
        ]
    )


def _lines(program: ExportedProgram) -> tuple[list[str], dict[str, np.ndarray]]:
    """The lines of the function, and the numbers that they use by name."""
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of PyTorch about PyTorch
        program = program.run_decompositions({})
    names, numbers = {}, dict[str, np.ndarray]()
    for given in program.graph_signature.input_specs:
        if given.kind is not InputKind.USER_INPUT:
            assert given.target is not None
            values = {**program.constants, **program.state_dict}[given.target]
            numbers[given.target] = values.detach().cpu().numpy()
            names[given.arg.name] = f'NUMBERS["{given.target}"]'
    lines = []
    for node in program.graph.nodes:
        if node.op == "call_function" and node.users:
            lines.append(f"{node.name} = {_expression(node, names)}")
        elif node.op == "output":
            lines.append(f"return {_written(node.args[0][0], names)}")
    return lines, {name: value for name, value in numbers.items() if any(f'"{name}"' in line for line in lines)}


def _expression(node: Any, names: Mapping[str, str]) -> str:
    name = str(getattr(node.target, "_opname", None) or getattr(node.target, "__name__", node.target))
    given = {key: _written(value, names) for key, value in node.kwargs.items()}
    try:
        return OPERATIONS[name](*(_written(value, names) for value in node.args), **given)
    except (KeyError, TypeError):  # no such line, or with other arguments than it takes
        raise ConfigError(
            f"--format numpy: this field uses {name}, which has no NumPy form here; choose onnx or npz."
        ) from None


def _written(value: Any, names: Mapping[str, str]) -> str:
    """An argument as it stands in the file."""
    if isinstance(value, torch.fx.Node):
        return names.get(value.name, value.name)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(one, names) for one in value)}]"
    return repr(TYPES[value]) if isinstance(value, torch.dtype) else repr(value)
