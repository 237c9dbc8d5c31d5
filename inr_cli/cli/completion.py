"""Tab completion: a short script per shell that hands the line typed so far to `inr _complete`."""

from __future__ import annotations

from pathlib import Path

import click

from inr_cli.cli.ls import lists
from inr_cli.cli.options import OneOf
from inr_cli.config.choices import choices

SCRIPTS = {
    # bash itself splits a word at = and :, and wants back only what comes behind the last of them
    "bash": r"""_inr() {
    local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
    local word="${line##* }"
    local done="${word%"${word##*[=:]}"}"
    COMPREPLY=($(inr _complete "$line" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$done"}")
}
complete -o nospace -o default -F _inr inr""",
    "zsh": r"""#compdef inr
_inr() {
    local -a words_found
    words_found=("${(@f)$(inr _complete "${BUFFER[1,CURSOR]}" 2>/dev/null)}")
    [[ -n "$words_found" ]] && compadd -Q -S '' -- $words_found || _files
}
compdef _inr inr""",
    "fish": r"""complete -c inr -f -a '(inr _complete (commandline -cp))'""",
}


@click.command(epilog='eval "$(inr completion bash)"')
@click.argument("shell", type=OneOf(list(SCRIPTS)))
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    print(SCRIPTS[shell])


@click.command("_complete", hidden=True)
@click.argument("line")
@click.pass_context
def complete(context: click.Context, line: str) -> None:
    """Print what the last word of the line could become, one candidate per line."""
    words = line.split(" ")[1:]
    for candidate in _candidates([word for word in words[:-1] if word], words[-1] if words else "", context):
        print(candidate)


def _candidates(words: list[str], last: str, context: click.Context) -> list[str]:
    assert context.parent is not None
    program = context.parent.command
    assert isinstance(program, click.Group)
    if not words:
        names = [name for name, command in program.commands.items() if not command.hidden]
        return [name for name in (*names, "train") if name.startswith(last)]
    if words[0] in {"fit", "train"}:
        return _fit_words(words[1:], last)
    if words[0] == "tune" and not last.startswith("-"):
        from inr_cli.config.search import OWN

        own = [f"{name}=" for name in OWN]
        asked = [word for word in words[1:] if not word.startswith(tuple(own))]
        return [*(word for word in own if word.startswith(last)), *_fit_words(asked, last)]
    if words[0] == "ls" and not last.startswith("-"):
        return [name for name in lists(Path("outputs")) if name.startswith(last)]
    if words[0] == "show" and not last.startswith("-"):
        from inr_cli.report.drawing import drawings
        from inr_cli.report.sketch import sketches

        known = [*sketches.names(), *drawings.names()]
        return _fit_words(words[2:], last) if words[1:] else [name for name in known if name.startswith(last)]
    if words[0] == "reproduce" and not last.startswith("-"):
        return [name for name in choices("experiment") if name.startswith(last)]
    command = program.commands.get(words[0])
    options = [option for parameter in command.params for option in parameter.opts] if command else []
    return [option for option in options if option.startswith("--") and option.startswith(last)]


def _fit_words(words: list[str], last: str) -> list[str]:
    """Pictures by name, everything else as Hydra completes it."""
    if last.startswith("experiment="):
        return [word for name in choices("experiment") if (word := f"experiment={name}").startswith(last)]
    if last.startswith("image="):
        from inr_cli.dataset import datasets

        names = {name for dataset in datasets.names() for name in datasets.find(dataset).names()}
        return sorted(f"image={name}" for name in names if name.startswith(last.removeprefix("image=")))

    from hydra._internal.core_plugins.bash_completion import BashCompletion

    from inr_cli.config.compose import loader
    from inr_cli.config.paths import own_folders

    found: list[str] = BashCompletion(loader(own_folders()))._query("config", " ".join([*words, last]))
    return [word for word in found if not word.startswith("hydra")]
