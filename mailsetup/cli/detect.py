"""``mailsetup detect``: who runs this domain's mail, with the evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import Dns, Out, shared

FORMS = {"terminal": None, "json": None, "jsonl": None}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("detect")(shared(detect))


def detect(
    domain: Annotated[
        list[str] | None, typer.Argument(metavar="DOMAIN...", help="Domains to look at.")
    ] = None,
    domains: Annotated[str | None, typer.Option(metavar="FILE", help="List of domains, one a line.")] = None,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Tell who runs a domain's mail, with the evidence."""
    from mailsetup.run.detect import Detections
    from mailsetup.run.domain_list import gather

    from .output import form_of, style, tell, write

    form = form_of(out, FORMS)
    given = gather(domain or (), domains)
    for sentence in given.refused:
        tell(f"mailsetup: {sentence}")
    run = Detections(given.names, dns.settings(out))
    write(out, run.render(form, style(out)))
    for remark in run.remarks:
        tell(f"mailsetup: {remark}")
    return 2 if given.refused else run.exit_code
