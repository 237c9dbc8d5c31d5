"""The 500 photographs of the Berkeley Segmentation Data Set (Arbelaez et al., 2011), 481 x 321 or 321 x 481, JPEG.

For non-commercial research and education only; the files are those of a public copy at BIDS.
"""

from __future__ import annotations

from pathlib import Path
from typing import final

from inr_cli.dataset import _download


@final
class Bsds500(_download.Download):
    """By number, smallest first: 12003 is the starfish. The train, val and test halves are one set here."""

    class Spec(_download.Download.Spec):
        """Takes the folder only."""

    table = Path(__file__).with_suffix(".csv")
    address = (
        "https://raw.githubusercontent.com/BIDS/BSDS500/a04b7c6c3a9f0ace74bf205c72a43d32e1c72722/BSDS500/data/images/"
    )
