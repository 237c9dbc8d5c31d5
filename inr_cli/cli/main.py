"""The dispatcher: finds the command, owns the exit codes, and says everything that goes wrong in one line."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

import click

from inr_cli import __version__
from inr_cli.cli.bench import bench
from inr_cli.cli.completion import complete, completion
from inr_cli.cli.compress import compress
from inr_cli.cli.cp import copy
from inr_cli.cli.decompress import decompress
from inr_cli.cli.doctor import doctor
from inr_cli.cli.eval import evaluate
from inr_cli.cli.export import export
from inr_cli.cli.fit import fit
from inr_cli.cli.ls import ls
from inr_cli.cli.query import query
from inr_cli.cli.render import render
from inr_cli.cli.report import report
from inr_cli.cli.reproduce import reproduce
from inr_cli.cli.resume import resume
from inr_cli.cli.show import show
from inr_cli.cli.tune import tune
from inr_cli.config.errors import ConfigError, MemoryShortError, OutputError, Stopped, UserError, listing, near
from inr_cli.config.torchrun import place, require_alone
from inr_cli.signal.memory import TO_BEGIN_WITH, is_out_of_memory

LONGEST_LINE = 500  # an address, a path and a sha256 have room
SAID: dict[int, str] = {signal.SIGINT: "interrupted.", signal.SIGTERM: "terminated."}
SHARED = ("fit", "resume")
"""The commands whose run several processes may share."""
PAUSE = 0.05
"""Seconds until what was lost is asked for anew."""
ASKED: list[Stopped] = []
"""What this process was asked to end with."""


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises `ConfigError` with the nearest of those that are listed."""
        word = args[0]
        if word not in self.commands and not word.startswith("-"):
            known = [name for name, command in self.commands.items() if not command.hidden]
            raise ConfigError(f"{word}: there is no such command; choose {listing(known)}.{near(word, known)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="inr")
def program() -> None:
    """Fit a network f(row, column) -> colour to a picture and render it at any size.

    --debug after any command, or INR_DEBUG=1, shows the traceback behind an error.
    """
    command = click.get_current_context().invoked_subcommand
    if command not in SHARED:
        require_alone(f"inr {command}")


COMMANDS = (
    fit,
    tune,
    resume,
    report,
    show,
    render,
    query,
    evaluate,
    compress,
    decompress,
    export,
    ls,
    copy,
    reproduce,
    bench,
    doctor,
    completion,
    complete,
)
for command in COMMANDS:
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its documented code."""
    _prepare_streams()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's: nothing here needs them, and without memory they hang
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
    for number in SAID:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and a shell's `&` leave it
            signal.signal(number, _end)
    sys.unraisablehook = _again
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not know every letter of a picture's name


def _end(number: int, _: Any) -> None:
    """SIGTERM unwinds as Ctrl-C does, so that nothing is left half-written."""
    ASKED.append(Stopped(number, SAID[number]))
    raise ASKED[-1]


def _again(lost: sys.UnraisableHookArgs) -> None:
    """Ask anew for an end that was asked for where Python drops every exception: in a callback of an import, say."""
    if isinstance(lost.exc_value, Stopped):
        threading.Timer(PAUSE, os.kill, (os.getpid(), lost.exc_value.code - 128)).start()
    else:
        sys.__unraisablehook__(lost)


def _run(words: list[str], debug: bool) -> int:
    try:
        # not program.main: it would turn a Stopped, which knows its exit code, into click's own Abort
        with program.make_context("inr", words or ["--help"]) as context:
            program.invoke(context)
        return 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return _fail(_click_message(error), error.exit_code, debug)
    except UserError as error:
        if isinstance(error, ConfigError) and place().rank:
            return error.code  # of torchrun's processes the first says what all have found
        return _fail(str(error), error.code, debug)
    except Stopped as stopped:
        return _fail(str(stopped), stopped.code, debug)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted.", 130, debug)
    except OSError as error:
        return _fail(f"{error.filename or _refuser(error)}: {error.strerror or error}.", OutputError.code, debug)
    except Exception as error:
        if ASKED:  # and a library that was just being imported made another error of it
            return _fail(str(ASKED[-1]), ASKED[-1].code, debug)
        if is_out_of_memory(error):
            return _fail(TO_BEGIN_WITH, MemoryShortError.code, debug)
        words_of = f"{type(error).__name__}: {error}"
        return _fail(f"internal error, please report it: {words_of} (--debug shows where).", 1, debug)


def _refuser(error: OSError) -> str:
    """Who said no where no file is named: standard output keeps what it could not take and says so again."""
    try:
        sys.stdout.flush()
    except OSError:
        return "standard output"
    return "standard output" if isinstance(error, BrokenPipeError) else "the system"


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
