import hashlib
from pathlib import Path

from inr_cli.signal.digest import sha256_of


def test_it_is_that_of_all_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5_000  # more than is read at once
    (tmp_path / "file").write_bytes(data)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(data).hexdigest()
