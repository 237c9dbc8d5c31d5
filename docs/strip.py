"""Puts the renders of the newest sweep beside their picture, as in the README: `make strip`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inr_cli.config.root import check_root
from inr_cli.engine.check import check
from inr_cli.engine.runs import jobs_of, read_json, resolve
from inr_cli.engine.train import open_picture
from inr_cli.render.comparison import Panel, sheet
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.read import read_picture
from inr_cli.signal.write import write_bytes

CAPTIONS = ("no encoding", "positional", "gaussian, scale 10", "SIREN")


def main() -> None:
    """Write docs/strip.png."""
    import yaml

    jobs = jobs_of(resolve("last", Path("outputs")))
    config = check(check_root(yaml.safe_load((jobs[0] / "config.yaml").read_text())))
    panels: list[Panel] = [("the picture", open_picture(config).pixels)]
    for job, caption in zip(jobs, CAPTIONS, strict=True):
        decibels = read_json(job / "summary.json")["psnr"]
        panels.append((f"{caption}, {decibels:.1f} dB", read_picture(job / "render.png").pixels))
    square = [(caption, np.ascontiguousarray(pixels[:, 30:200])) for caption, pixels in panels]
    write_bytes(Path("docs/strip.png"), encode_picture(sheet(square), ".png"))


if __name__ == "__main__":
    main()
