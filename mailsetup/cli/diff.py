"""``mailsetup diff``: what changed between two snapshots or two JSON results."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import Out, shared

FORMS = {"terminal": None, "json": None, "markdown": None}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("diff")(shared(diff))


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A snapshot, a folder of them, or a JSON result.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, later.")],
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="SEVERITY", help="error, warning, info or never: what new finding exits with 1."
        ),
    ] = "warning",
    *,
    out: Out,
) -> int:
    """Say what changed between two snapshots or results.

    Records, verdicts and grade; exits with 1 where something got worse.
    """
    from mailsetup.run.batch import threshold_or_usage
    from mailsetup.run.diff import diff as compare
    from mailsetup.run.diff_text import as_json, as_markdown, as_text
    from mailsetup.run.exit_codes import NEVER

    from .output import form_of, style, tell, write

    form = form_of(out, FORMS)
    threshold_or_usage(fail_on)
    found = compare(old, new, fail_on)
    for remark in found.remarks:
        tell(remark)
    if form == "json":
        write(out, as_json(found))
    elif form == "markdown":
        write(out, as_markdown(found))
    else:
        write(out, as_text(found, style(out)))
    return 1 if found.worse and fail_on != NEVER else 0
