"""``mailsetup doctor``: what works from here."""

from __future__ import annotations

import typer

from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say

from .options import Dns, Out, shared

FORMS = {"terminal": None, "json": None}
_MARKS = {
    "ok": (phrase("ok"), "green"),
    "note": (phrase("note"), "blue"),
    "bad": (phrase("bad"), "red"),
    "unknown": ("?", "yellow"),
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor")(shared(doctor))


def doctor(*, dns: Dns, out: Out) -> int:
    """Tell what works from here.

    Resolvers (answering, lying, validating), proxies, optional parts.
    """
    from mailsetup.forms.encoder import pretty
    from mailsetup.model.errors import UsageError
    from mailsetup.run.doctor import document, examine

    from .output import form_of, style, write

    form = form_of(out, FORMS)
    if dns.record:
        raise UsageError(
            say("doctor looks at resolvers, and none of it is an answer to keep; leave --record out")
        )
    lines = examine(dns.settings(out))
    if form == "json":
        write(out, [pretty(document(lines)) + "\n"])
    else:
        look = style(out)
        width = max(len(translated(mark)) for mark, _ in _MARKS.values())
        marks = {
            state: look.paint(f"{translated(mark):<{width}}", color)
            for state, (mark, color) in _MARKS.items()
        }
        told = [n for n in lines if not out.quiet or n.state in ("bad", "unknown")]
        write(out, (f"{marks[n.state]} {translated(str(n.subject))}: {n.text}\n" for n in told))
    return 3 if any(n.state == "bad" for n in lines) else 0
