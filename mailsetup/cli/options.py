"""
Options that many commands share, declared once.

A command takes ``dns: Dns`` or ``out: Out``; `shared` unfolds each into its options for typer
and folds what the user gave back into one frozen value.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

from .agreement import idle_without, one_of
from .screen import fit_screen
from .speaking import LANG_HELP, LANGUAGES

F = TypeVar("F", bound=Callable[..., Any])

SOURCE = "Where DNS answers come from"
OUTPUT = "Output"


def number(value: float | None) -> float | None:
    """The value; "nan" is refused, which no range keeps out and no time-out ever reaches."""
    if value is not None and value != value:
        raise typer.BadParameter("'nan' is not a valid float.")
    return value


@dataclass(frozen=True, slots=True)
class Dns:
    """Where answers come from."""

    resolver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR", help="IP, IP:port, [v6]:port, tls://host, https://host/path. Repeatable."
        ),
    ] = None
    zone: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[ORIGIN=]FILE",
            help="Zone file, octoDNS folder, DNSControl or Terraform JSON; asked first. Repeatable.",
        ),
    ] = None
    from_: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="PATH", help="Recorded snapshot, or a folder of them. Repeatable."),
    ] = None
    record: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Record the answers: a file, or a folder for many domains."),
    ] = None
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody beyond --zone and --from.")] = False
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0.05, max=60, callback=number, help="Seconds for one try.")
    ] = 2.0
    retries: Annotated[
        int, typer.Option(metavar="N", min=0, max=10, help="Further tries after the first.")
    ] = 2
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=0.1, callback=number, help="Questions a second to one server, at most."
        ),
    ] = None
    concurrency: Annotated[int, typer.Option(metavar="N", min=1, max=5000, help="Domains in flight.")] = 128
    workers: Annotated[
        int,
        typer.Option(metavar="N", min=0, max=32, help="Processes; 0 decides by the number of domains."),
    ] = 0
    max_age: Annotated[
        int | None,
        typer.Option(metavar="DAYS", min=0, help="Warn when --from is older; 30 if not given."),
    ] = None
    trust_anchor: Annotated[
        str | None, typer.Option(metavar="FILE", help="DS or DNSKEY records to validate DNSSEC from.")
    ] = None

    def agree(self) -> None:
        """Refuses resolvers beside --offline: they would not be asked; and an age where nothing has one."""
        if self.offline and self.resolver:
            raise UsageError(
                say("--resolver names whom to ask, and --offline asks nobody; leave one of the two out")
            )
        if not self.from_:
            idle_without("--from", max_age=self.max_age is not None)

    def settings(self, out: Out | None = None) -> Any:
        """The same as `run.sources.SourceSettings`; ``out`` says whether a recording may replace another."""
        from mailsetup.run.sources import MAX_AGE, SourceSettings

        return SourceSettings(
            resolvers=tuple(self.resolver or ()),
            zones=tuple(self.zone or ()),
            recordings=tuple(self.from_ or ()),
            offline=self.offline,
            timeout=self.timeout,
            retries=self.retries,
            rate=self.rate,
            concurrency=self.concurrency,
            max_age=MAX_AGE if self.max_age is None else self.max_age,
            record=self.record,
            force=out is not None and out.force,
            trust_anchor=self.trust_anchor,
        )


@dataclass(frozen=True, slots=True)
class Out:
    """How and where results are written."""

    format: Annotated[
        str, typer.Option(metavar="FORM", help="Form of the result; terminal if not given.")
    ] = ""
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead of stdout.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False
    lang: Annotated[str, typer.Option(metavar=LANGUAGES, help=LANG_HELP)] = ""
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the essential lines.")] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="More detail in the terminal form.")] = (
        False
    )
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours (NO_COLOR works too).")] = False

    def agree(self) -> None:
        """Refuses to say less and more at once."""
        one_of(quiet=self.quiet, verbose=self.verbose)


PANELS = {Dns: SOURCE, Out: OUTPUT}


def shared(command: F) -> F:
    """Unfolds `Dns` and `Out` parameters of a command into options."""
    hints = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    folded: dict[str, tuple[type, list[str]]] = {}
    for parameter in inspect.signature(command).parameters.values():
        kind = hints[parameter.name]
        if kind in PANELS:
            folded[parameter.name] = (kind, [f.name for f in dataclasses.fields(kind)])
            parameters.extend(_unfold(kind))
        else:
            parameters.append(parameter.replace(annotation=kind, kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def wrapper(**given: Any) -> Any:
        for name, (kind, fields) in folded.items():
            given[name] = made = kind(**{field: given.pop(field) for field in fields})
            made.agree()
            if isinstance(made, Out) and made.output is None:
                fit_screen()
        return command(**given)

    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapper  # type: ignore[return-value]


def _unfold(kind: type) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in dataclasses.fields(kind)
    ]
