"""``mailsetup verify``: does the zone match what was planned?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .agreement import idle
from .options import Dns, Out, shared

FORMS = {"terminal": None, "json": None}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("verify")(shared(verify))


def verify(
    domain: Annotated[
        str | None, typer.Argument(metavar="[DOMAIN]", help="The domain; else the plan's.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(metavar="plan.json", help="A plan saved with plan --output.")
    ] = None,
    provider: Annotated[
        str, typer.Option(metavar="ID", help="The provider whose records are expected.")
    ] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="k=v", help="A value of the provider's.")
    ] = None,
    sender: Annotated[list[str] | None, typer.Option(metavar="ID", help="A service that sends too.")] = None,
    no_mail: Annotated[bool, typer.Option("--no-mail", help="A parked domain is expected.")] = False,
    phase: Annotated[
        str, typer.Option(metavar="N|all", help="The phase to check; the one due if not given.")
    ] = "",
    wait: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Repeat until it is so: 30m, 2h.")
    ] = None,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Check the zone against a plan.

    Against a saved plan, else the project file, else a provider given here.
    """
    from mailsetup.run.init import parse_settings
    from mailsetup.run.plan import PlanOptions
    from mailsetup.run.plan_command import verify as run_verify
    from mailsetup.run.verification_text import as_json, as_text

    from .output import form_of, style, tell, write

    if plan is not None:
        idle("--plan", provider=provider, set=settings, sender=sender, no_mail=no_mail)
    form = form_of(out, FORMS)
    options = PlanOptions(
        provider=provider,
        settings=parse_settings(tuple(settings or ())),
        senders=tuple(sender or ()),
        no_mail=no_mail,
    )
    shown: set[str] = set()

    def news(line: str) -> None:
        if sys.stderr.isatty() or line not in shown:
            shown.add(line)
            tell(line, out)

    result = run_verify(domain, options, dns.settings(out), plan_file=plan, phase=phase, wait=wait, tell=news)
    write(out, [as_json(result) if form == "json" else as_text(result, style(out))])
    if result.interrupted:
        return 130
    return result.verification.exit_code
