"""What a picture is: reading and writing, coordinate grids, resampling, spectrum and metrics.

Everywhere a picture is `(height, width, channels)` float32 in [0, 1], sRGB values as stored, with 1 to 4 channels:
grey, grey and alpha, RGB, RGBA. Values are rounded to 8 or 16 bits only on writing.
"""
