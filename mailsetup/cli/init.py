"""``mailsetup init``: writes ``mailsetup.toml``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mailsetup.model.message import say


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("init")(init)


def init(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="Your domain.")],
    provider: Annotated[
        str, typer.Option(metavar="ID", help="The provider, as `mailsetup providers` lists it.")
    ] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="k=v", help="A value the provider's console shows.")
    ] = None,
    sender: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A sending service. Repeatable.")
    ] = None,
    folder: Annotated[str, typer.Option(metavar="DIR", help="Where the file goes.")] = ".",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write mailsetup.toml for a domain.

    On a terminal it asks for what is missing.
    """
    from mailsetup.model.errors import UsageError
    from mailsetup.run.init import chosen, create, parse_settings

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    if not provider:
        if not sys.stdin.isatty():
            raise UsageError(say("which provider? Give --provider ID; mailsetup providers lists them"))
        provider = chosen(ask)
    path, missing = create(
        domain,
        provider,
        parse_settings(tuple(settings or ())),
        tuple(sender or ()),
        ask=ask if sys.stdin.isatty() else None,
        folder=folder,
        force=force,
    )
    typer.echo(say("written: {file}", file=path))
    for sentence in missing:
        typer.echo(say("still to find: {sentence}", sentence=sentence))
    typer.echo(say("next: mailsetup plan"))
