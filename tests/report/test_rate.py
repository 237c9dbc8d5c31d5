import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.report import rate
from inr_cli.report.gather import gather
from inr_cli.report.rate import compressed, jpeg_points, rate_distortion
from inr_cli.report.varied import rows

MadeUp = Callable[..., Path]


def files(folder: Path, sha256: str, *points: tuple[int, float, float]) -> None:
    for bits, cost, psnr in points:
        data = {"bits_per_pixel": cost, "psnr_after": psnr, "target_sha256": sha256}
        (folder / f"compressed-{bits}bit.json").write_text(json.dumps(data))


def test_points_go_from_few_bits_to_many_and_another_picture_is_left_out(
    made_up: MadeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    files(made_up("s/0", "scale=1", psnr=30.0), "a", (8, 4.0, 29.5), (16, 8.0, 30.0), (4, 2.0, 20.0))
    files(made_up("s/1", "scale=2", psnr=30.0), "b", (8, 4.0, 29.5))
    (tmp_path / "s/1/compressed-2bit.json").write_text(json.dumps({"psnr_between": 9.0}))
    found = gather([str(tmp_path / "s")], tmp_path)
    seen = {}

    def drawn(lines: dict[str, object], jpeg: list[object]) -> bytes:
        seen.update(lines)
        assert jpeg == []  # no picture has such a sha256
        return b"png"

    monkeypatch.setattr(rate, "rate", drawn)
    assert rate_distortion(rows(found, ["scale"])) == b"png"
    assert seen == {"scale=1": [(2.0, 20.0), (4.0, 29.5), (8.0, 30.0)]}
    assert len(compressed(found[1])) == 1


def test_jpeg_is_of_the_very_picture(made_up: MadeUp, tmp_path: Path) -> None:
    from inr_cli.config.compose import compose
    from inr_cli.engine.check import check
    from inr_cli.engine.train import open_picture

    words = ["image=cat", "size=48"]
    made_up("a", *words, psnr=30.0)
    [run] = gather([str(tmp_path / "a")], tmp_path)
    points = jpeg_points(run, open_picture(check(compose(words))).sha256)
    assert [psnr for _, psnr in points] == sorted(psnr for _, psnr in points)
    assert points[-1][1] > 35
    assert jpeg_points(run, "other") == []


def test_without_compressed_files_there_is_no_curve(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("a", psnr=30.0)
    assert rate_distortion(rows(gather([str(tmp_path / "a")], tmp_path), [])) is None
