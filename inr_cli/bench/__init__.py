"""Benches: what the program's parts are worth, measured through the same training as everything else."""
