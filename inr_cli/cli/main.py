"""The dispatcher: finds the command, owns the exit codes, and says everything that goes wrong in one line."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from inr_cli import __version__
from inr_cli.cli.bench import bench
from inr_cli.cli.completion import complete, completion
from inr_cli.cli.doctor import doctor
from inr_cli.cli.fit import fit
from inr_cli.cli.ls import ls
from inr_cli.cli.query import query
from inr_cli.cli.render import render
from inr_cli.cli.reproduce import reproduce
from inr_cli.config.errors import OutputError, UserError

LONGEST_LINE = 300


class Program(click.Group):
    """The commands, listed with an example each."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name, one sentence and what one types."""
        with formatter.section("Commands"):
            for name in self.list_commands(ctx):
                command = self.commands[name]
                if not command.hidden:
                    formatter.write_text(f"{name:<12}{command.get_short_help_str(90)}")
                    formatter.write_text(f"{'':<12}$ {command.epilog}\n")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one meets them."""
        return list(self.commands)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="inr")
def program() -> None:
    """Fit a network f(row, column) -> colour to a picture and render it at any size.

    --debug after any command, or INR_DEBUG=1, shows the traceback behind an error.
    """


for command in (fit, render, query, ls, reproduce, bench, doctor, completion, complete):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its documented code."""
    _prepare_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = os.environ.get("INR_DEBUG") == "1" or "--debug" in words
    words = [word for word in words if word != "--debug"]
    if words[:1] == ["train"]:
        words[0] = "fit"
    sys.exit(_run(words, debug))


def _prepare_streams() -> None:
    """End quietly, as other tools do, when the reader of a pipe has seen enough; bear a closed standard output."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _run(words: list[str], debug: bool) -> int:
    try:
        program.main(words or ["--help"], prog_name="inr", standalone_mode=False)
        return 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return _fail(_click_message(error), error.exit_code, debug)
    except UserError as error:
        return _fail(str(error), error.code, debug)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted.", 130, debug)
    except OSError as error:
        return _fail(f"{error.filename or 'standard output'}: {error.strerror}.", OutputError.code, debug)
    except Exception as error:
        words_of = f"{type(error).__name__}: {error}"
        return _fail(f"internal error, please report it: {words_of} (--debug shows where).", 1, debug)


def _fail(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    line = f"error: {' '.join(message.split())}"
    print(line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "...", file=sys.stderr)
    return code


def _click_message(error: click.ClickException) -> str:
    context: Any = getattr(error, "ctx", None)
    where = f" See {context.command_path} --help." if context else ""
    return error.format_message() + where
