"""The command line's own texts in the language in use: help of commands, options and arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup.model.language import translated
from mailsetup.model.message import phrase

USAGE = phrase("Usage:")
SHOW_HELP = phrase("Show this message and exit.")
METAVARS = (phrase("[OPTIONS]"), phrase("COMMAND [ARGS]..."))
LANGUAGES = "en|ru"
LANG_HELP = "Language of the texts; that of the system if not given."
_TEXTS = ("help", "short_help", "epilog")


def texts_of(command: Any) -> Iterator[str]:
    """Every help text below a command, itself included."""
    for thing in _things(command):
        for name in _TEXTS:
            text = getattr(thing, name, None)
            if text:
                yield text


def speaking(command: Any) -> Any:
    """The command with all its help texts in the language in use."""
    for thing in _things(command):
        for name in _TEXTS:
            text = getattr(thing, name, None)
            if text:
                setattr(thing, name, translated(text))
        if hasattr(thing, "get_help_option"):
            _usage_and_help(thing)
    return command


def _usage_and_help(command: Any) -> None:
    """The words around the options that the parser has in English only."""
    for name in ("options_metavar", "subcommand_metavar"):
        if getattr(command, name, None):
            setattr(command, name, translated(getattr(command, name)))
    with_help = command.get_help_option

    def get_help_option(context: Any) -> Any:
        option = with_help(context)
        if option is not None:
            option.help = translated(SHOW_HELP)
        return option

    def format_usage(context: Any, formatter: Any) -> None:
        pieces = command.collect_usage_pieces(context)
        formatter.write_usage(context.command_path, " ".join(pieces), prefix=f"{translated(USAGE)} ")

    command.get_help_option = get_help_option
    command.format_usage = format_usage


def _things(command: Any) -> Iterator[Any]:
    yield command
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from _things(inner)


def with_language(command: Any) -> Any:
    """The command with ``--lang`` at every level that has it not: it is read by `language_wanted`."""
    for thing in _things(command):
        if hasattr(thing, "params") and not any(p.name == "lang" for p in thing.params):
            thing.params.append(_lang())
    return command


def _lang() -> Any:
    from typer.core import TyperOption

    return TyperOption(
        param_decls=["--lang"],
        default="",
        metavar=LANGUAGES,
        help=LANG_HELP,
        expose_value=False,
        show_default=False,
    )


def language_wanted(arguments: list[str]) -> str:
    """What ``--lang`` asks for, read before the options are, since their help speaks it too."""
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang":
            return arguments[place + 1] if place + 1 < len(arguments) else ""
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return ""
