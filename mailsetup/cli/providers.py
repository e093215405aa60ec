"""``mailsetup providers``: the profiles, one of them whole, and how fresh their facts are."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import Out, shared

FORMS = {"terminal": None, "json": None}


def register(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(help="List, show and check profiles.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(shared(listing))
    group.command("show")(shared(show))
    group.command("doctor")(shared(doctor))
    app.add_typer(group, name="providers")


def listing(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Option(metavar="KIND", help="mailbox, forwarding, gateway, sender, free-mailbox, detect-only."),
    ] = "",
    *,
    out: Out,
) -> None:
    """List, show and check profiles."""
    if context.invoked_subcommand is not None:
        return
    from mailsetup.run import providers

    from .output import form_of, write

    form = form_of(out, FORMS)
    write(
        out,
        [providers.listing_json(kind) if form == "json" else providers.listing_text(kind, brief=out.quiet)],
    )


def show(
    provider: Annotated[str, typer.Argument(metavar="ID", help="A profile's id, as `providers` lists them.")],
    *,
    out: Out,
) -> None:
    """Show one profile: its records, what it asks of you, sources and dates."""
    from mailsetup.run import providers

    from .output import form_of, write

    form = form_of(out, FORMS)
    write(
        out,
        [providers.show_json(provider) if form == "json" else providers.show_text(provider, brief=out.quiet)],
    )


def doctor(*, out: Out) -> None:
    """Report stale, unsourced, weak and conflicting facts, and those only the tenant knows."""
    from mailsetup.run import providers

    from .output import form_of, write

    form = form_of(out, FORMS)
    write(out, [providers.doctor_json() if form == "json" else providers.doctor_text(brief=out.quiet)])
