"""`inr fit`: one run, or with -m a sweep, from Hydra's words."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    epilog="inr fit image=cat encoding=gaussian scale=10",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def fit(words: tuple[str, ...]) -> None:
    """Fit a picture. Each part and number is a word: encoding=gaussian, steps=500."""
    from inr_cli.config.session import Session

    session = Session(words)
    if session.shows:
        session.show()
        return
    jobs = session.jobs()
    if session.multirun:
        from inr_cli.cli.sweep import sweep

        sweep(session, jobs)
    else:
        from inr_cli.cli.panel import closing_panel
        from inr_cli.engine.train import train

        run = train(jobs[0])
        closing_panel(run.path, run.summary, jobs[0].out)
