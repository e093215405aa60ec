"""``mailsetup explain``: what a check means, why it matters, how to mend it, its source."""

from __future__ import annotations

from typing import Annotated

import typer

from .agreement import one_of
from .options import Out, shared

FORMS = {"terminal": None, "md": None, "markdown": None}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("explain")(shared(explain))


def explain(
    check: Annotated[
        str | None, typer.Argument(metavar="[CHECK]", help="A check's id; none lists them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole manual.")] = False,
    standards: Annotated[
        bool, typer.Option("--standards", help="The RFCs and where they are followed.")
    ] = False,
    *,
    out: Out,
) -> None:
    """Explain a check.

    What it means, why it matters, how to mend it, its source.
    """
    from mailsetup.run import explain as pages

    from .output import form_of, write

    one_of(CHECK=check, all=everything, standards=standards)
    form = form_of(out, FORMS)
    text = (
        pages.standards()
        if standards
        else pages.explain(check, everything=everything, form=form, brief=out.quiet)
    )
    write(out, [text.rstrip("\n") + "\n"])
