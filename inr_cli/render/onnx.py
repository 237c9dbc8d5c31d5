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

EXAMPLE = 7
"""Points of the trace; a model takes any number."""


def onnx_model(field: Field) -> bytes:
    """The model: `coords`, rows and columns `(points, 2)` in [-1, 1], to `colours`, `(points, channels)`.

    Raises `ConfigError` where packages are missing, or for a field that ONNX has no words for, as complex numbers.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError:
        raise ConfigError("--format onnx: needs packages more: pip install 'inr-cli[onnx]'.") from None
    if not field.network.pointwise:
        raise ConfigError("--format onnx: a convolutional field has no colour at a single point; choose weights.")
    coords = torch.zeros(EXAMPLE, 2).to(next(field.parameters()))
    try:
        with _silence():
            program = torch.onnx.export(
                field.eval(),
                (coords,),
                input_names=["coords"],
                output_names=["colours"],
                dynamic_shapes=({0: torch.export.Dim("points")},),
                dynamo=True,
                verbose=False,
            )
    except torch.onnx.errors.OnnxExporterError as error:
        raise ConfigError(
            "--format onnx: this field uses what ONNX has no words for, complex numbers perhaps; choose numpy."
        ) from error
    assert program is not None
    return program.model_proto.SerializeToString()


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
