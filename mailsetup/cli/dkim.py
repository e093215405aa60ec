"""``mailsetup dkim new|check``: a key pair and its record; judges published keys."""

from __future__ import annotations

from typing import Annotated

import typer

from mailsetup.model.language import translated
from mailsetup.model.message import say

from .options import Dns, Out, shared


def register(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(help="Make and judge DKIM keys.", no_args_is_help=True, rich_markup_mode=None)
    group.command("new")(new)
    group.command("check")(shared(check))
    app.add_typer(group, name="dkim")


def new(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="The signing domain.")],
    selector: Annotated[str, typer.Option(metavar="S", help="A name for the key, such as mail2026.")],
    kind: Annotated[str, typer.Option("--type", metavar="rsa|ed25519", help="Kind of key.")] = "rsa",
    bits: Annotated[
        int | None, typer.Option(metavar="N", help="Length of an RSA key; 2048 if not given.")
    ] = None,
    folder: Annotated[str, typer.Option(metavar="DIR", help="Where the private key goes.")] = ".",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing key.")] = False,
) -> None:
    """Make a key pair: the private key in a file only you can read, the public one as a record."""
    from mailsetup.model.names import DomainName
    from mailsetup.run.dkim_key import new_key

    key = new_key(DomainName.parse(domain), selector, kind=kind, bits=bits, folder=folder, force=force)
    typer.echo(
        say(
            "Private key: {file} (keep it secret; your mail server signs with it)",
            file=key.private_key,
        )
    )
    if kind == "rsa":
        typer.echo(say("Proved: a trial letter signed with it verifies against the record below."))
    typer.echo(f"\n{say('Record to publish, as one value in a control panel:')}\n")
    rows = {translated("name"): key.owner, translated("type"): "TXT", translated("value"): key.text}
    width = max(map(len, rows)) + 1
    for label, value in rows.items():
        typer.echo(f"  {label:<{width}} {value}")
    typer.echo(f"\n{say('The same for a zone file:')}\n")
    typer.echo(key.zone_line)


def check(
    domain: Annotated[list[str], typer.Argument(metavar="DOMAIN...", help="Domains to judge.")],
    selector: Annotated[
        list[str] | None, typer.Option(metavar="S", help="A selector in use. Repeatable.")
    ] = None,
    fail_on: Annotated[str, typer.Option(metavar="SEVERITY", help="error, warning, info or never.")] = "",
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Judge a domain's published keys."""
    from mailsetup.run.selectors import selectors_given

    from .subject import judge_subject

    return judge_subject("dkim/", domain, selectors_given(selector), fail_on, dns, out)
