"""``mailsetup snapshot``: records the answers an audit needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailsetup.model.message import say

from .options import Dns, shared

if TYPE_CHECKING:
    from mailsetup.model.snapshot import Snapshot


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("snapshot")(shared(snapshot))


def snapshot(
    domain: Annotated[
        list[str] | None, typer.Argument(metavar="DOMAIN...", help="Domains to record.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="A file, or a folder (ends in /) for many.")
    ] = "",
    domains: Annotated[str | None, typer.Option(metavar="FILE", help="List of domains, one a line.")] = None,
    selector: Annotated[list[str] | None, typer.Option(metavar="S", help="A DKIM selector in use.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    *,
    dns: Dns,
) -> int:
    """Record the answers an audit needs.

    To commit beside a zone, or to send with a bug report.
    """
    from mailsetup.model.errors import UsageError
    from mailsetup.run.asking import not_held
    from mailsetup.run.audit import AuditSettings
    from mailsetup.run.domain_list import gather
    from mailsetup.run.output import form_by_name
    from mailsetup.run.selectors import selectors_given
    from mailsetup.run.snapshot import record, refuse_taken, write_snapshots

    from .output import tell

    if dns.record:
        raise UsageError(
            say("a snapshot is the recording; name its place with --output, and leave --record out")
        )
    if not output:
        raise UsageError(say("say where to write it: --output FILE"))
    form_by_name(output, ("json", "jsonl"), choice=False)
    given = gather(domain or (), domains)
    if not given.names:
        raise given.refusal
    for sentence in given.refused:
        tell(f"mailsetup: {sentence}")
    refuse_taken(output, given.names, force=force, option="--output")
    taken = record(
        given.names,
        dns.settings(),
        AuditSettings(selectors=selectors_given(selector), concurrency=dns.concurrency),
    )
    missing = [name for name in given.names if name not in {one.domain for one in taken}]
    for name in missing:
        tell(f"mailsetup: {not_held(name)}")
    if taken:
        write_snapshots(output, taken, force=force, option="--output")
        tell(say("written: {file} ({n} {n:domain|domains})", file=output, n=len(taken)))
    silent = _silent(taken)
    if given.refused or missing:
        return 2
    return 3 if silent else 0


def _silent(taken: list[Snapshot]) -> bool:
    """Says which recordings lack answers; whether one has none at all."""
    from mailsetup.run.snapshot import unanswered

    from .output import tell

    nothing = False
    for one in taken:
        lost, asked = unanswered(one)
        if lost and lost == asked:
            nothing = True
            tell(say("{domain}: no question got a usable answer; record it again", domain=one.domain))
        elif lost:
            told = say(
                "{domain}: {lost} of {asked} questions got no usable answer; what rests on them stays open in every "
                "run from this recording",
                domain=one.domain,
                lost=lost,
                asked=asked,
            )
            tell(told)
    return nothing
