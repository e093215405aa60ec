"""Where results go: a form by its name, to stdout or to a file that is written whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

from .options import Out


def form_of(out: Out, forms: dict[str, Any], default: str = "terminal") -> str:
    """The form asked for, or named by the output file's ending; `UsageError` names the ones there are."""
    from mailsetup.run.output import form_by_name

    name = out.format or (form_by_name(out.output, forms) if out.output else "") or default
    if name not in forms:
        raise UsageError(
            say("--format {name} does not exist here; there are {forms}", name=name, forms=", ".join(forms))
        )
    return name


def style(out: Out, fail_on: str = "error") -> Any:
    """How the terminal form is written; ``fail_on`` is the severity that fails the run."""
    from mailsetup.forms.terminal import WIDTH, Style

    to_screen = out.output is None and sys.stdout.isatty()
    color = (
        to_screen and not out.no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, 100) if to_screen else WIDTH
    return Style(color=color, quiet=out.quiet, fail_on=fail_on, verbose=out.verbose, width=max(width, 40))


def write(out: Out, pieces: Iterable[str | bytes]) -> None:
    """Writes pieces as they come; octets are UTF-8."""
    if out.output is None or out.output == "-":
        for piece in pieces:
            sys.stdout.write(piece if isinstance(piece, str) else piece.decode("utf-8"))
        sys.stdout.flush()
        return
    from mailsetup.run.output import beside

    with beside(out.output, force=out.force) as file:
        for piece in pieces:
            file.write(piece)
    tell(say("written: {file}", file=out.output), out)


def tell(text: object, out: Out | None = None) -> None:
    """A remark on stderr, unless quiet is wanted."""
    if out is None or not out.quiet:
        print(text, file=sys.stderr)


def progress(total: int, out: Out) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Passes items through, counting them on stderr where that is a terminal and there are many."""

    def plain(items: Iterator[Any]) -> Iterator[Any]:
        yield from items

    if total < 3 or out.quiet or not sys.stderr.isatty():
        return plain
    import typer

    def counting(items: Iterator[Any]) -> Iterator[Any]:
        with typer.progressbar(length=total, label=str(say("domains")), file=sys.stderr) as bar:
            for item in items:
                yield item
                bar.update(1)

    return counting
