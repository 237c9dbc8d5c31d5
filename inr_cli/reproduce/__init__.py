"""The experiments of `conf/experiment`, run and held to the figures that they promise."""
