"""Derivatives of fields with respect to their coordinates: exact, per channel, per unit of the coordinates.

They can be trained on: whatever `operators` gives is differentiable again with respect to the field's parameters.
"""
