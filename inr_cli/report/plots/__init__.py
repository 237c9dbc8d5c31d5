"""Plots of figures, each the bytes of a PNG: `pip install 'inr-cli[plots]'`."""
