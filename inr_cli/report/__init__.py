"""Reports: what runs left behind, made ready to be read."""
