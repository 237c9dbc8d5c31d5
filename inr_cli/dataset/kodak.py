"""The 24 photographs of the Kodak Lossless True Color Image Suite, 768 x 512 or 512 x 768, RGB.

Released by the Eastman Kodak Company for unrestricted use; kept by Rich Franzen at r0k.us.
"""

from __future__ import annotations

from pathlib import Path
from typing import final

from inr_cli.dataset import _download


@final
class Kodak(_download.Download):
    """kodim01 to kodim24."""

    class Spec(_download.Download.Spec):
        """Takes the folder only."""

    table = Path(__file__).with_suffix(".csv")
    address = "https://r0k.us/graphics/kodak/kodak/"
