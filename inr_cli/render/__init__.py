"""From a field to pictures."""
