"""``mailsetup blocklists``: who lists an address or a domain, what it means, and the way out."""

from __future__ import annotations

from typing import Annotated

import typer

from mailsetup.model.message import say

from .agreement import one_of
from .options import Dns, Out, shared

FORMS = dict.fromkeys(("terminal", "json", "jsonl", "markdown", "html", "csv", "junit", "sarif", "github"))


def register(app: typer.Typer) -> None:
    """Adds the command and its other name."""
    app.command("blocklists")(shared(blocklists))
    app.command("blacklist", hidden=True)(shared(blocklists))


def blocklists(
    target: Annotated[
        list[str] | None,
        typer.Argument(metavar="IP-OR-DOMAIN...", help="What may be listed; a mail address too."),
    ] = None,
    list_: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="ID", help="Ask this list only, by id or zone. Repeatable."),
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar="ID", help="Leave this list out. Repeatable.")
    ] = None,
    all_lists: Annotated[
        bool, typer.Option("--all-lists", help="Every live list, also those hardly anybody uses.")
    ] = False,
    keys: Annotated[
        str | None,
        typer.Option("--keys", metavar="FILE", help="Subscribers' keys, TOML, readable by you alone."),
    ] = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="error, warning, info or never: what exits with 1.")
    ] = "error",
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Tell which lists an address or a domain is on.

    What it means, how much it weighs, and the way out. Each list proves itself first; what a list
    cannot say is shown as not known.
    """
    from mailsetup.model.errors import UsageError
    from mailsetup.run.blocklist_text import render
    from mailsetup.run.blocklists import BlocklistOptions, read_targets, run_blocklists

    from .output import form_of, style, tell, write

    one_of(list=list_, all_lists=all_lists)
    form = form_of(out, FORMS)
    given = read_targets(target or ())
    if not given.names:
        raise UsageError(
            given.refused[0] if given.refused else say("give an address or a domain to look for")
        )
    for sentence in given.refused:
        tell(f"mailsetup: {sentence}")
    options = BlocklistOptions(tuple(list_ or ()), tuple(skip or ()), all_lists, keys, fail_on, out.force)
    run = run_blocklists(given.names, options, dns.settings(out))
    for note in run.notes:
        tell(f"mailsetup: {note}")
    write(out, render(run, form, style(out), fail_on))
    code = run.exit_code(fail_on)
    return 2 if given.refused and code == 0 else code
