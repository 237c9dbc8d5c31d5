"""Search: what to try next among ranges and choices, kept by optuna, `pip install 'inr-cli[tune]'`."""
