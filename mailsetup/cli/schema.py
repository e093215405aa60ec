"""``mailsetup schema``: the JSON Schema of an output."""

from __future__ import annotations

from typing import Annotated

import typer

from mailsetup.model.message import say


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("schema")(schema)


def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="audit, plan, ...; none lists them.")
    ] = None,
) -> None:
    """Print the JSON Schema of an output."""
    from importlib.resources import files

    from mailsetup.model.errors import UsageError

    folder = files("mailsetup").joinpath("schemas")
    known = sorted(
        item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json")
    )
    if kind is None:
        typer.echo("\n".join(known))
        return
    if kind not in known:
        raise UsageError(
            say('there is no schema "{kind}"; there are {known}', kind=kind, known=", ".join(known))
        )
    typer.echo(folder.joinpath(f"{kind}.json").read_text(encoding="utf-8"))
