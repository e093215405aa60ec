"""``mailsetup plan``: the change set from the zone as it is to the desired state."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from mailsetup.model.message import Message, say

from .agreement import idle
from .options import Dns, Out, shared


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("plan")(shared(plan))


def plan(
    domain: Annotated[
        str | None, typer.Argument(metavar="[DOMAIN]", help="The domain; else mailsetup.toml's.")
    ] = None,
    provider: Annotated[str, typer.Option(metavar="ID", help="Who is to take the mail.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="k=v", help="A value the provider's console shows. Repeatable."),
    ] = None,
    sender: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A service that sends too. Repeatable.")
    ] = None,
    leave: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A provider whose records the last phase removes.")
    ] = None,
    keep_mx: Annotated[
        bool, typer.Option("--keep-mx", help="Leave MX as they are (gateway, dual delivery).")
    ] = False,
    replace_mx: Annotated[
        bool, typer.Option("--replace-mx", help="Replace MX although a gateway is in front.")
    ] = False,
    no_mail: Annotated[
        bool, typer.Option("--no-mail", help="A parked domain: takes and sends no mail.")
    ] = False,
    rua: Annotated[list[str] | None, typer.Option(metavar="ADDR", help="Where DMARC reports go.")] = None,
    dmarc: Annotated[
        str, typer.Option(metavar="POLICY", help="Policy to end at: none, quarantine, reject.")
    ] = "",
    strict_alignment: Annotated[
        bool, typer.Option("--strict-alignment", help="DMARC adkim=s and aspf=s.")
    ] = False,
    spf_all: Annotated[
        str, typer.Option("--spf-all", metavar="~|-|?", help="Qualifier of SPF all; kept if not given.")
    ] = "",
    tls_rpt: Annotated[list[str] | None, typer.Option(metavar="ADDR", help="Where TLS reports go.")] = None,
    mta_sts: Annotated[bool, typer.Option("--mta-sts", help="Plan MTA-STS, testing mode first.")] = False,
    mta_sts_host: Annotated[
        str, typer.Option(metavar="HOST", help="Who serves the MTA-STS policy file.")
    ] = "",
    extra: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="An optional record to plan too.")
    ] = None,
    selector: Annotated[
        list[str] | None, typer.Option(metavar="S", help="A DKIM selector in use now.")
    ] = None,
    time_zone: Annotated[
        str, typer.Option(metavar="ZONE", help="For the clock, such as Europe/Berlin.")
    ] = "",
    dns_host: Annotated[str, typer.Option(metavar="ID", help="The control panel you mean to use.")] = "",
    undo: Annotated[
        str | None, typer.Option(metavar="plan.json", help="The way back from a saved plan.")
    ] = None,
    phase: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="One phase: its changes; in zone formats, the records once it is done."
        ),
    ] = None,
    target: Annotated[
        str, typer.Option(metavar="NAME", help="terraform: cloudflare, route53, google, azurerm.")
    ] = "",
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 4 when there are changes.")
    ] = False,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Plan the records, in phases.

    What to change and why, when it is safe, and the proof that SPF loses nobody.
    """
    from mailsetup.run.init import parse_settings
    from mailsetup.run.plan import PlanOptions
    from mailsetup.run.plan_command import CHANGES, make, save
    from mailsetup.run.selectors import selectors_given

    from .output import tell, write
    from .screen import fit_screen

    if no_mail:
        idle(
            "--no-mail",
            keep_mx=keep_mx,
            replace_mx=replace_mx,
            dmarc=dmarc,
            strict_alignment=strict_alignment,
            spf_all=spf_all,
            tls_rpt=tls_rpt,
            mta_sts=mta_sts,
            mta_sts_host=mta_sts_host,
        )
    named = out.format or _form_by_name(out)
    saving = out.output is not None and named in ("", "json") and out.output != "-"
    form = "table" if named == "terminal" else named or ("json" if saving else "table")
    options = PlanOptions(
        provider=provider,
        settings=parse_settings(tuple(settings or ())),
        senders=tuple(sender or ()),
        leave=tuple(leave or ()),
        keep_mx=keep_mx,
        replace_mx=replace_mx,
        no_mail=no_mail,
        reports_to=tuple(rua or ()),
        dmarc_goal=dmarc,
        strict_alignment=strict_alignment,
        tls_reports_to=tuple(tls_rpt or ()),
        mta_sts=mta_sts,
        mta_sts_host=mta_sts_host,
        spf_all=spf_all,
        extras=frozenset(extra or ()),
        time_zone=time_zone,
        dns_host=dns_host,
        selectors=selectors_given(selector),
    )
    shown = "table" if saving and not out.format else form
    if saving and not out.format:
        fit_screen()
    made = make(
        domain,
        options,
        dns.settings(out),
        form=shown,
        phase=phase,
        target=target,
        undo=undo,
        saved_as=(out.output or "") if saving else "",
        brief=out.quiet,
    )
    for remark in made.remarks:
        tell(remark)
    if saving and out.output is not None:
        save(made.plan, out.output, force=out.force)
        tell(
            say("saved: {file}; check it later with: mailsetup verify --plan {file}", file=out.output),
            out,
        )
        if not out.format and not out.quiet:
            typer.echo(made.text, nl=False)
    else:
        write(out, [made.text])
        if made.changes and form != "json":
            tell(_advice(made.file, undo=undo is not None), out)
    if made.refused:
        return 1
    return CHANGES if detailed_exitcode and made.changes else 0


_ENDINGS = {
    ".txt": "table",
    ".zone": "bind",
    ".yaml": "octodns",
    ".yml": "octodns",
    ".js": "dnscontrol",
    ".tf": "terraform",
}


def _form_by_name(out: Out) -> str:
    """The form that the file's ending asks for; "" where it names none and the plan is saved in it."""
    from mailsetup.run.output import form_by_name
    from mailsetup.run.plan_command import RENDERERS

    return form_by_name(out.output, RENDERERS, _ENDINGS) if out.output else ""


_NOT_FOR_SAVING = ("--format", "--output", "-o", "--phase", "--target")
_JOINED = ("--format=", "--output=", "-o", "--phase=", "--target=")


def _advice(file: str, *, undo: bool) -> Message:
    """What was typed, with the plan saved: only a saved plan keeps its numbers while it is published."""
    words, kept = iter(sys.argv[1:]), ["mailsetup"]
    for word in words:
        if word in _NOT_FOR_SAVING:
            next(words, None)
        elif not word.startswith(_JOINED):
            kept.append(word)
    command = shlex.join([*kept, "--output", file])
    if undo:
        return say(
            "before you publish anything, save this, which verify counts on: {command}", command=command
        )
    return say(
        "before you publish anything, save this plan, which verify and the way back count on: {command}",
        command=command,
    )
