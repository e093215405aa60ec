"""``mailsetup receive``: takes one test letter over SMTP and judges it."""

from __future__ import annotations

from typing import Annotated

import typer

from .message import FORMS, At, FailOn, Helo, Ip, Lint, Strict, Trust, show
from .options import Dns, Out, shared


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("receive")(shared(receive))


def receive(
    listen: Annotated[
        str, typer.Option(metavar="ADDR:PORT", help="Where to wait for the letter.")
    ] = "127.0.0.1:2525",
    wait: Annotated[float, typer.Option(metavar="S", min=0.1, help="Seconds to wait for it.")] = 300.0,
    cert: Annotated[
        str, typer.Option(metavar="FILE", help="Certificate for STARTTLS (PEM); else one is made.")
    ] = "",
    key: Annotated[
        str, typer.Option(metavar="FILE", help="Its private key (PEM), if not in the same file.")
    ] = "",
    ip: Ip = "",
    helo: Helo = "",
    at: At = "",
    trust: Trust = None,
    fail_on: FailOn = "error",
    strict: Strict = False,
    lint: Lint = True,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Take one test letter over SMTP and judge it with the connection it came by; nothing is delivered.

    --ip and --helo judge it as if it had come from elsewhere. STARTTLS is offered.
    """
    from mailsetup.run import receive as receiving
    from mailsetup.run.batch import threshold_or_usage
    from mailsetup.run.message import Settings

    from .output import form_of

    form = form_of(out, FORMS)
    threshold_or_usage(fail_on)
    where = receiving.listening(listen, wait)._replace(certificate=cert, key=key)
    settings = Settings(
        ip, helo, "", at, tuple(trust or ()), dns.record or "", fail_on, strict, out.force, lint=lint
    )
    received = receiving.receive(where, dns.settings(out), settings)
    show(received.done, form, fail_on, out)
    return received.run.exit_code
