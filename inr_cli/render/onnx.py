"""A field as an ONNX model."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

import torch

from inr_cli.config.errors import ConfigError
from inr_cli.render.field import Field
from inr_cli.render.trace import traced


def onnx_model(field: Field) -> bytes:
    """The model: `coords`, rows and columns `(points, 2)` in [-1, 1], to `colours`, `(points, channels)`.

    Raises `ConfigError` where packages are missing, or for a field that ONNX has no words for, as complex numbers.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError:
        raise ConfigError("--format onnx: needs packages more: pip install 'inr-cli[onnx]'.") from None
    program = traced(field, "onnx")
    try:
        with _silence():
            model = torch.onnx.export(program, input_names=["coords"], output_names=["colours"], verbose=False)
    except torch.onnx.errors.OnnxExporterError as error:
        raise ConfigError(
            "--format onnx: this field uses what ONNX has no words for, complex numbers perhaps; choose numpy."
        ) from error
    assert model is not None
    return model.model_proto.SerializeToString()


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter tells at length what it did; whoever asked for a file has no use for that."""
    log = logging.getLogger("torch.onnx")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stdout(StringIO()):
            yield
    finally:
        log.setLevel(before)
