"""The natural pictures of the Fourier-features study (Tancik et al., 2020): 16 + 16 of DIV2K, cut to 512 x 512, RGB.

The files are those that the authors of FINER publish. DIV2K (Agustsson and Timofte, 2017) is for academic research.
"""

from __future__ import annotations

from pathlib import Path
from typing import final

from inr_cli.dataset import _download


@final
class Div2kFfn(_download.Download):
    """train_00 to train_15 to choose numbers on, test_00 to test_15 to report them on."""

    class Spec(_download.Download.Spec):
        """Takes the folder only."""

    @classmethod
    def averaged(cls) -> list[str]:
        """test_00 to test_15."""
        return [name for name in cls.names() if name.startswith("test_")]

    table = Path(__file__).with_suffix(".csv")
    address = "https://raw.githubusercontent.com/liuzhen0212/FINER/51a9254e371b1cbfacc408aee7a6d215d6fa0057/data/div2k/"
