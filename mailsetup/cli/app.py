"""The application: every module of this room that has a ``register``, in the order people meet them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import Any

import typer

from mailsetup.model.language import ENGLISH, language
from mailsetup.run.language import use

from .speaking import language_wanted, speaking, with_language

COMMANDS = (
    "providers",
    "detect",
    "init",
    "plan",
    "verify",
    "audit",
    "snapshot",
    "diff",
    "blocklists",
    "message",
    "receive",
    "spf",
    "dkim",
    "explain",
    "doctor",
    "kit",
    "schema",
)


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application with these commands. Each costs time to load, and a run needs one."""
    app = typer.Typer(
        name="mailsetup",
        help="Plan, verify and audit the DNS of business e-mail on your own domain.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(main)
    for name in names:
        importlib.import_module(f"mailsetup.cli.{name}").register(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from mailsetup import __version__

        typer.echo(f"mailsetup {__version__}")
        raise typer.Exit


def main(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Plan, verify and audit the DNS of business e-mail on your own domain."""


def command(names: Iterable[str] = COMMANDS) -> Any:
    """The command tree, whole unless some commands are named."""
    from typer.main import get_command

    return with_language(get_command(application(names)))


def run() -> Any:
    """Runs the command line in the user's language; returns what the command returns."""
    arguments = sys.argv[1:]
    use(language_wanted(arguments))
    tree = command(arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS)
    if language() != ENGLISH:
        speaking(tree)
    return tree.main(args=arguments, prog_name="mailsetup", standalone_mode=False)
