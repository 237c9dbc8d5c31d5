"""Words into a checked configuration. Nothing here imports torch."""
