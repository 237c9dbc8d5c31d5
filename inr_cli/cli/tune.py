"""`inr tune`: a search for the best values of what varies."""

from __future__ import annotations

import click


@click.command(epilog="inr tune 'scale=interval(1,50)' 'optimizer.lr=loguniform(1e-4,1e-2)' trials=30")
@click.argument("words", nargs=-1, metavar="[KEY=VALUE|KEY=RANGE ...]")
def tune(words: tuple[str, ...]) -> None:
    """Search ranges and choices for the best psnr. The other words are those of inr fit.

    \b
    KEY=interval(1,50)  KEY=loguniform(1e-4,1e-2)    any number; the second, every power of ten as often
    KEY=range(1,10)     KEY=int(interval(16,256))    whole numbers: 1 to 9, and 16 to 256
    KEY=a,b             KEY=glob(*)                  choices
    trials=N budget=60s|10m|2h                       until whichever is first; 20 trials where neither is given
    target=NAME         what is best instead of psnr, a figure of summary.json: ssim, loss, seconds, ...
    jobs=N              that many trials at a time
    prune=false         end no trial early, whatever its PSNR on the way
    """
    from inr_cli.cli.search import begin_tune

    begin_tune(words)
