"""`inr fit`: one run, or with -m a sweep, from Hydra's words."""

from __future__ import annotations

from collections.abc import Sequence

import click

from inr_cli.cli.keeping import keeping_all
from inr_cli.config.errors import ConfigError, listing
from inr_cli.config.torchrun import require_alone


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    epilog="inr fit image=cat encoding=gaussian scale=10",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def fit(words: tuple[str, ...]) -> None:
    """Fit a picture. Each part and number is a word: encoding=gaussian, steps=500."""
    from inr_cli.config.session import Session

    session = Session(_every_picture([*words, *Session(words).forms()]))
    if session.shows:
        session.show()
        return
    with keeping_all():
        jobs = session.jobs()
    if session.multirun:
        from inr_cli.cli.sweep import sweep

        require_alone("-m")
        sweep(session, jobs)
    else:
        with keeping_all():
            from inr_cli.cli.panel import closing_panel
            from inr_cli.engine.train import train
            from inr_cli.reproduce.beside import beside

        run = train(jobs[0], words=session.overrides)
        closing_panel(run.path, run.summary, beside(jobs[0], words, run))


def _every_picture(words: Sequence[str]) -> Sequence[str]:
    """`image=all` as all the pictures of the dataset that the other words choose. Raises `ConfigError`."""
    if "image=all" not in words:
        return words
    from inr_cli.config.session import Session
    from inr_cli.dataset import datasets

    session = Session([word for word in words if word != "image=all"])
    if not session.multirun:
        raise ConfigError("image=all: many pictures are a sweep, add -m.")
    chosen = {job.dataset.name for job in session.jobs()}
    if len(chosen) > 1:
        raise ConfigError(f"image=all: the pictures of one dataset, not of {listing(chosen)}; give dataset=NAME.")
    pictures = datasets.find(chosen.pop()).averaged()
    if not pictures:
        raise ConfigError("image=all: say of which dataset, for example dataset=kodak; a file stands for itself.")
    return [f"image={','.join(pictures)}" if word == "image=all" else word for word in words]
