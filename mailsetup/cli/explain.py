"""``mailsetup explain``: what a check means, why it matters, how to mend it, its source."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("explain")(explain)


def explain(
    check: Annotated[
        str | None, typer.Argument(metavar="[CHECK]", help="A check's id; none lists them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole manual.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="terminal or md.")] = "",
    standards: Annotated[
        bool, typer.Option("--standards", help="The RFCs and where they are followed.")
    ] = False,
) -> None:
    """Explain a check.

    What it means, why it matters, how to mend it, its source.
    """
    from mailsetup.run import explain as pages

    typer.echo(pages.standards() if standards else pages.explain(check, everything=everything, form=form))
