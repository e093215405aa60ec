"""``mailsetup spf check|tree|flatten``: one connection's result, the include tree, the flattened record."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import Dns, Out, shared

FORMS = {"terminal": None, "json": None}


def register(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="Evaluate, show and flatten SPF records.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("check")(shared(check))
    group.command("tree")(shared(tree))
    group.command("flatten")(shared(flatten))
    app.add_typer(group, name="spf")


def check(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="The domain in MAIL FROM.")],
    ip: Annotated[str, typer.Option(metavar="IP", help="The connecting address, IPv4 or IPv6.")],
    sender: Annotated[str, typer.Option(metavar="ADDR", help="The MAIL FROM address.")] = "",
    helo: Annotated[str, typer.Option(metavar="NAME", help="The name given in HELO or EHLO.")] = "",
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Tell the RFC 7208 result for one connection, with the path that decided it."""
    from mailsetup.run import spf

    from .output import form_of, style, write

    form = form_of(out, FORMS)
    result = spf.check(domain, ip, sender, helo, dns.settings(out))
    write(out, [spf.check_json(result, ip) if form == "json" else spf.check_text(result, ip, style(out))])
    return spf.check_exit_code(result)


def tree(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain with an SPF record.")],
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Show the include tree with look-ups per branch."""
    from mailsetup.run import spf

    from .output import form_of, style, write

    form = form_of(out, FORMS)
    found = spf.tree(domain, dns.settings(out))
    write(out, [spf.tree_json(found) if form == "json" else spf.tree_text(found, style(out))])
    return spf.tree_exit_code(found)


def flatten(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain with an SPF record.")],
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Show the record with its includes replaced by their addresses, and the proof that nobody is lost."""
    from mailsetup.run import spf

    from .output import form_of, style, write

    form = form_of(out, FORMS)
    flat = spf.flatten(domain, dns.settings(out))
    write(out, [spf.flatten_json(flat) if form == "json" else spf.flatten_text(flat, style(out))])
    return spf.flatten_exit_code(flat)
