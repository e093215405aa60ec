"""``mailsetup audit``: judges everything DNS says about a domain's mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailsetup.model.message import say

from .options import Dns, Out, shared

if TYPE_CHECKING:
    from mailsetup.run.batch import Batch

    from .stopping import Stopping

FORMS = dict.fromkeys(("terminal", "json", "jsonl", "markdown", "csv", "html", "sarif", "junit", "github"))


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("audit")(shared(audit))


def audit(
    domain: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DOMAIN...",
            help="Domains to judge; if none is named the project's, else those of --zone or --from.",
        ),
    ] = None,
    domains: Annotated[
        str | None, typer.Option(metavar="FILE", help="List of domains, one a line (- is stdin).")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="OUT.jsonl", help="Go on with the batch that wrote this file.")
    ] = None,
    selector: Annotated[
        list[str] | None, typer.Option(metavar="S", help="A DKIM selector in use. Repeatable.")
    ] = None,
    subdomain: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A sub-domain to judge as well. Repeatable.")
    ] = None,
    authoritative: Annotated[
        bool, typer.Option("--authoritative", help="Ask the domain's own name servers too, and compare.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Judge DANE, DNSSEC, reverse DNS, CAA, BIMI, client settings too.")
    ] = False,
    smtp: Annotated[
        bool,
        typer.Option("--smtp", help="Speak to the mail hosts (STARTTLS, certificates); no mail is sent."),
    ] = False,
    web: Annotated[
        bool | None, typer.Option("--web/--no-web", help="Fetch MTA-STS policies; done unless --offline.")
    ] = None,
    sending_ip: Annotated[
        list[str] | None, typer.Option(metavar="IP", help="An address mail is sent from. Repeatable.")
    ] = None,
    blocklists: Annotated[
        bool, typer.Option("--blocklists", help="Ask blocklists too: only then are they asked.")
    ] = False,
    keys: Annotated[
        str | None,
        typer.Option("--keys", metavar="FILE", help="Keys for --blocklists, TOML, readable by you alone."),
    ] = None,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Let checkdmarc judge the same answers and compare.")
    ] = False,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="error, warning, info or never: what exits with 1.")
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="What was not judged offline counts as open (exit 3).")
    ] = False,
    brand: Annotated[
        str | None, typer.Option(metavar="FILE", help="brand.toml: name, logo and colour of an HTML report.")
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(metavar="OLD.json", help="An earlier result or recording to compare with."),
    ] = None,
    policy: Annotated[
        str,
        typer.Option(metavar="NAME|FILE", help="How much each check weighs: strict, ci, a rulebook, a file."),
    ] = "",
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Known findings: only what is new fails the run.")
    ] = None,
    write_baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the findings of this run as a baseline.")
    ] = None,
    receivers: Annotated[
        bool, typer.Option("--receivers", help="Say which rules of mailbox providers are met or missed.")
    ] = False,
    timings: Annotated[bool, typer.Option("--timings", hidden=True)] = False,
    *,
    dns: Dns,
    out: Out,
) -> int:
    """Judge everything about a domain's mail.

    Every finding has its evidence, and the record to publish where there is one.
    """
    from mailsetup.model.case import options_of
    from mailsetup.model.errors import UsageError
    from mailsetup.run.batch import Batch, BatchOptions
    from mailsetup.run.selectors import selectors_given

    from .output import form_of, tell

    form = form_of(out, FORMS)
    if resume and out.format not in ("", "jsonl"):
        raise UsageError(
            say("--resume goes on with JSON lines; leave --format {format} out", format=out.format)
        )
    if resume and out.output and Path(resume) != Path(out.output):
        raise UsageError(
            say("--resume goes on with its own file; leave --output {file} out", file=out.output)
        )
    _agree(smtp=smtp, web=bool(web), offline=dns.offline)
    if form != "html" and (brand or (before and not _recorded(before))):
        option = "--brand" if brand else "--before"
        tell(f"mailsetup: {say('{option} is shown by --format html only', option=option)}", out)
    options = BatchOptions(
        typed=tuple(domain or ()),
        list_file=domains,
        resume=resume,
        selectors=selectors_given(selector),
        subdomains=tuple(subdomain or ()),
        options=options_of(
            {
                "authoritative": authoritative,
                "blocklists": blocklists,
                "deep": deep,
                "smtp": smtp,
                "web": web if web is not None else not dns.offline,
            }
        ),
        sending_addresses=tuple(sending_ip or ()),
        key_file=keys,
        second_opinion=second_opinion,
        fail_on=fail_on,
        strict=strict,
        record=dns.record,
        force=out.force,
        concurrency=dns.concurrency,
        workers=dns.workers,
        encoded=form == "jsonl",
        policy=policy,
        baseline=baseline,
        write_baseline=write_baseline,
        receivers=receivers or form in ("json", "html"),
        drawn=form == "html",
        brand=brand,
        before=before,
    )
    if resume and not out.output:
        out, form = _resumed(out, resume), "jsonl"
    with Batch(dns.settings(out), options) as batch:
        code = _judged(batch, form, out, timings=timings)
    if write_baseline:
        tell(batch.baseline_written(), out)
    return code


def _judged(batch: Batch, form: str, out: Out, *, timings: bool) -> int:
    """Takes and writes the results with all that is to be told of them; the exit code."""
    from .output import tell
    from .stopping import Stopping

    for sentence in batch.remarks:
        tell(sentence)
    if batch.going_on:
        tell(batch.going_on, out)
    with Stopping() as stopping:
        _results(batch, form, out, stopping)
    if stopping.asked:
        tell(batch.interrupted(out.output))
        return stopping.exit_code
    for sentence in batch.closing_remarks(offline=form != "terminal" or out.quiet):
        tell(sentence)
    for sentence in batch.speed_remark():
        tell(sentence, out)
    if timings:
        tell(batch.timings())
    return batch.exit_code


def _recorded(path: str) -> bool:
    from mailsetup.run.diff import is_recording

    return is_recording(path)


def _agree(*, smtp: bool, web: bool, offline: bool) -> None:
    """Refuses a probe beside --offline: one asks somebody, the other asks nobody."""
    from mailsetup.model.errors import UsageError

    if offline and (smtp or web):
        told = say(
            "{option} asks servers on the network, and --offline asks nobody; leave one of the two out "
            "(a recording made with {option} is judged with it by itself)",
            option="--smtp" if smtp else "--web",
        )
        raise UsageError(str(told))


def _results(batch: Any, form: str, out: Out, stopping: Stopping) -> None:
    """Writes the results; HTML into a folder where the output is one."""
    from mailsetup.run.report_folder import is_folder, write_folder

    from .output import progress, tell, write

    counted = stopping.between(progress(batch.total, out))
    if form == "html" and out.output and is_folder(out.output):
        tell(say("written: {file}", file=write_folder(batch.run(counted), out.output, force=out.force)), out)
        return
    write(out, pieces(batch, form, out, counted))
    if form == "html" and out.output and batch.total > 1:
        told = say(
            "{file} is an index of {n} {n:domain|domains}; --output FOLDER/ adds a page for each",
            file=out.output,
            n=batch.judged,
        )
        tell(told, out)


def _resumed(out: Out, resume: str) -> Out:
    import dataclasses

    return dataclasses.replace(out, output=resume, force=True, format="jsonl")


def pieces(batch: Any, form: str, out: Out, counted: Any) -> Iterator[str | bytes]:
    if form == "jsonl":
        yield from batch.done_lines
        if batch.workers > 1:
            yield from counted(batch.lines())
            return
        from mailsetup.forms.jsonl import octets

        # Encoded here, not while `counted` waits: a stop then never falls between counting a report and writing it.
        for report in counted(batch.reports()):
            yield octets(report)
        return
    from importlib import import_module

    module = import_module(f"mailsetup.forms.{form}")
    run = batch.run(counted)
    if form == "terminal":
        from .output import style

        yield from module.render(run, style(out, run.fail_on))
    else:
        yield from module.render(run)
