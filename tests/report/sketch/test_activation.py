from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inr_cli.activation import activations
from inr_cli.report.sketch import sketches
from inr_cli.report.sketch.activation import WIDEST, derived, reach, real


def made(configure, *words: str):
    return activations.make(configure(*words).activation, False)


def test_derivatives_are_exact(configure) -> None:
    curve = derived(made(configure, "activation=sine", "activation.hidden_omega_0=7"), 1.0)
    np.testing.assert_allclose(curve.value, np.sin(7 * curve.z), atol=1e-6)
    np.testing.assert_allclose(curve.slope, 7 * np.cos(7 * curve.z), atol=1e-5)
    np.testing.assert_allclose(curve.bend, -49 * np.sin(7 * curve.z), atol=1e-4)


def test_so_are_those_of_a_form_that_hides_a_factor_from_its_gradient(configure) -> None:
    curve = derived(made(configure, "activation=finer", "activation.hidden_omega_0=5"), 0.5)
    phase = 5 * (np.abs(curve.z) + 1) * curve.z
    np.testing.assert_allclose(curve.slope, 5 * (2 * np.abs(curve.z) + 1) * np.cos(phase), atol=1e-5)


def test_of_a_complex_one_the_real_part_is_drawn(configure) -> None:
    words = ("activation.omega=6", "activation.sigma=4")
    expected = {
        form: derived(made(configure, "activation=gabor", f"activation.form={form}", *words), 0.5)
        for form in ("complex", "real")
    }
    z = expected["real"].z
    for curve in expected.values():
        np.testing.assert_allclose(curve.value, np.cos(6 * z) * np.exp(-((4 * z) ** 2)), atol=1e-6)
        assert np.isrealobj(curve.bend)


@pytest.mark.parametrize("omega", [1, 10, 100])
def test_a_wave_is_drawn_for_about_two_periods_a_side(configure, omega: int) -> None:
    far = reach(real(made(configure, "activation=sine", f"activation.hidden_omega_0={omega}")))
    assert far == WIDEST if omega == 1 else 8 < omega * far <= 14


@pytest.mark.parametrize("name", activations.names())
def test_every_activation_can_be_drawn(configure, name: str) -> None:
    pytest.importorskip("matplotlib")
    [(file, data)] = sketches.find("activation")().pictures(configure(f"activation={name}"), 0)
    assert file == "activation.png"
    with Image.open(BytesIO(data)) as image:
        assert image.format == "PNG"
