"""The optimisers of the package pytorch_optimizer, which is only looked for when one of them is chosen."""

from __future__ import annotations

from typing import Any

from inr_cli.config.errors import ConfigError


def pytorch_optimizer(needed_by: str) -> Any:
    """The package. Raises `ConfigError` where it is not installed."""
    try:
        import pytorch_optimizer
    except ImportError:
        raise ConfigError(f"optimizer={needed_by}: needs a package more: pip install 'inr-cli[optim]'.") from None
    return pytorch_optimizer
