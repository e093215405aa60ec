"""``mailsetup message``: what a letter proves, and how its receivers judge it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from .options import Dns, Out, shared

FORMS = dict.fromkeys(("terminal", "json", "jsonl", "markdown", "html", "csv", "junit", "sarif", "github"))
Ip = Annotated[str, typer.Option(metavar="IP", help="The address the letter came from.")]
Helo = Annotated[str, typer.Option(metavar="NAME", help="The name given in HELO or EHLO.")]
Sender = Annotated[str, typer.Option(metavar="ADDR", help="The MAIL FROM address; <> for the empty one.")]
At = Annotated[str, typer.Option(metavar="TIME", help="When it came: ISO 8601, or seconds since 1970.")]
Trust = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST", help="A host, or network, whose Received and results are believed. Repeatable."
    ),
]
FailOn = Annotated[
    str, typer.Option(metavar="SEVERITY", help="error, warning, info or never: what exits with 1.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="What was not judged offline counts as open (exit 3).")
]

Lint = Annotated[bool, typer.Option("--lint/--no-lint", help="Judge the writing too, with the kit's lint.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("message")(shared(message))


def message(
    file: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Letters (.eml), mbox files, folders; - is stdin.")
    ],
    ip: Ip = "",
    helo: Helo = "",
    sender: Sender = "",
    at: At = "",
    trust: Trust = None,
    fail_on: FailOn = "error",
    strict: Strict = False,
    lint: Lint = True,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Judge letters: SPF, DKIM, ARC, DMARC, what receivers ask for, and their form.

    Nothing a header claims is believed; hosts named with --trust are compared with what was found.
    """
    from mailsetup.run.batch import threshold_or_usage
    from mailsetup.run.message import Messages, Settings, letters

    from .output import form_of, tell

    form = form_of(out, FORMS)
    threshold_or_usage(fail_on)
    settings = Settings(
        ip, helo, sender, at, tuple(trust or ()), dns.record or "", fail_on, strict, out.force, lint=lint
    )
    run = Messages(dns.settings(out), settings)
    done = run.judged(letters(file, run.refused))
    for sentence in run.refused:
        tell(f"mailsetup: {sentence}")
    if done:
        show(done, form, fail_on, out)
    return run.exit_code


def show(done: Any, form: str, fail_on: str, out: Out) -> None:
    """Writes judged letters in a form."""
    from .output import style, write

    write(out, pieces(done, form, fail_on, style(out, fail_on)))


def pieces(done: Any, form: str, fail_on: str, style: Any) -> Iterator[str]:
    """The form's text, piece by piece."""
    from mailsetup.run import message_text
    from mailsetup.run.message import audit_run

    if form == "terminal":
        yield from message_text.text(done, style)
    elif form == "json":
        yield from message_text.json_text(done)
    elif form == "jsonl":
        yield from message_text.json_lines(done)
    elif form in ("html", "markdown"):
        from mailsetup.run import message_page

        yield from getattr(message_page, form)(done)
    else:
        from importlib import import_module

        yield from import_module(f"mailsetup.forms.{form}").render(audit_run(done, fail_on))
