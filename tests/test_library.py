"""``import mailsetup``: the jobs of the command line as functions, plain and as coroutines."""

from __future__ import annotations

import asyncio
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

import mailsetup
from mailsetup import aio
from mailsetup.edge.source import Pending, unasked
from mailsetup.model.dns import DnsQuestion, Question
from tests.cli.command import BAD_ZONE, GOOD_ZONE
from tests.cli.command import mailsetup as command
from tests.spf_suite import RFC7208, SuiteCase, SuiteZone, read_without_address, suite

UNAMBIGUOUS = 171
JOBS = ["audit", "blocklists", "build_kit", "check_host", "detect", "plan", "verify", "verify_message"]


class SuiteSource:
    """A suite's zone as a source."""

    description = "suite"

    def __init__(self, zone: SuiteZone) -> None:
        self.zone = zone

    def ask(self, question: Question) -> Pending:
        """The zone's answer."""
        return self.zone.answer(question) if isinstance(question, DnsQuestion) else unasked(question)

    async def close(self) -> None:
        """Nothing is open."""


def result_of(case: SuiteCase) -> str:
    source = SuiteSource(case.zone)
    return mailsetup.check_host(
        case.ip, case.sender, case.helo, source=source, receiver="receiver.example", at=1
    ).result


def test_check_host_passes_the_suite_of_rfc_7208(score: Any) -> None:
    """
    All 203 cases, through the function that users call.
    """
    cases = list(suite(RFC7208))
    wrong = [(c.scenario, c.name, r) for c in cases if (r := result_of(c)) not in c.results]

    score(f"RFC 7208 suite: {len(cases) - len(wrong)} of {len(cases)} through mailsetup.check_host")
    assert [] == wrong
    assert 203 == len(cases)


def test_the_audit_reads_the_suites_records_as_receivers_do(score: Any) -> None:
    """
    Valid or permerror, without an address, on each unambiguous domain: faulty even where evaluation would match before.
    """
    readings = [
        (name, expected, "permerror" if tree.permerror else "none" if tree.ended_by.value == "none" else "ok")
        for name, expected, tree in read_without_address()
    ]
    wrong = [r for r in readings if r[1] != r[2] and not (r[1] == "none" and r[2] != "permerror")]

    score(f"RFC 7208 domains read without an address: {len(readings) - len(wrong)} of {len(readings)}")
    assert [] == wrong
    assert UNAMBIGUOUS == len(readings)


@pytest.mark.parametrize("name", JOBS)
def test_the_coroutines_have_the_same_signatures(name: str) -> None:
    """
    `mailsetup.aio` offers the same names with the same parameters.
    """
    plain, coroutine = getattr(mailsetup, name), getattr(aio, name)

    assert inspect.signature(plain) == inspect.signature(coroutine)
    assert inspect.iscoroutinefunction(coroutine)


@pytest.mark.parametrize("name", JOBS)
def test_a_plain_call_inside_a_running_loop_says_to_await_the_coroutine(
    name: str, recwarn: pytest.WarningsRecorder
) -> None:
    """
    As in a Jupyter notebook, which always runs one: the cure is named, and no coroutine is left unawaited.
    """

    async def in_a_notebook() -> None:
        getattr(mailsetup, name)("bluebird.example")

    with pytest.raises(mailsetup.UsageError, match=f"await mailsetup.aio.{name}\\("):
        asyncio.run(in_a_notebook())
    assert [] == recwarn.list


def test_an_audit_from_a_program(tmp_path: Path) -> None:
    """
    A zone file is a source; verdicts, findings and grade are values.
    """
    path = tmp_path / "example.com.zone"
    path.write_text(BAD_ZONE, encoding="utf-8")
    source = mailsetup.ZoneFile(path)

    report = mailsetup.audit("Example.com.", source=source, selectors=["s1"])
    again = asyncio.run(aio.audit("example.com", source=source, selectors=["s1"], as_of=report.as_of))

    assert "example.com" == report.domain
    assert "spf/plus-all" in {v.check for v in report.verdicts if v.status == "fail"}
    assert report == again


def test_a_plan_from_a_program(tmp_path: Path) -> None:
    """
    Plan and verify are there too, and a plan is not fulfilled before it is published.
    """
    path = tmp_path / "example.com.zone"
    path.write_text(BAD_ZONE, encoding="utf-8")
    source = mailsetup.ZoneFile(path)

    plan = mailsetup.plan("example.com", provider="google-workspace", source=source)
    found = mailsetup.verify(plan, source=source)

    assert "example.com" == plan.domain
    assert plan.changes
    assert 0 != found.exit_code


def test_detect_from_a_program(tmp_path: Path) -> None:
    """
    Nobody known runs this mail, and that is said as such.
    """
    path = tmp_path / "example.com.zone"
    path.write_text(BAD_ZONE, encoding="utf-8")

    found = mailsetup.detect("example.com", source=mailsetup.ZoneFile(path))

    assert () == found.mailboxes
    assert ("mail.example.com", "mail2.example.com") == found.own_hosts


def test_every_public_name_is_there_and_documented() -> None:
    """
    What ``__all__`` promises can be had, and says what it is.
    """
    for name in mailsetup.__all__:
        thing = getattr(mailsetup, name)

        assert thing.__doc__ or name == "__version__", name


@pytest.mark.parametrize("over", [False, True])
def test_a_recording_is_judged_as_the_command_line_judges_it(tmp_path: Path, over: bool) -> None:
    """
    With what it was asked for, and as of its own time, unless another is given.
    """
    zone = tmp_path / "example.com.zone"
    zone.write_text(GOOD_ZONE, encoding="utf-8")
    kept = str(tmp_path / "kept.json")
    files = ("--offline", "--zone", zone)
    assert 0 == command("audit", "example.com", *files, "--deep", "--selector", "s1", "--record", kept).code
    document = json.loads(Path(kept).read_text(encoding="utf-8"))
    document["as_of"] = "2026-02-03T04:05:06Z"
    Path(kept).write_text(json.dumps(document), encoding="utf-8")
    told = command(
        "audit", "example.com", "--offline", "--from", kept, "--format", "jsonl", "--max-age", "9999"
    )
    source: Any = mailsetup.Recorded(kept)
    report = mailsetup.audit("example.com", source=mailsetup.Overlay(source, source) if over else source)

    said = json.loads(told.out)
    assert ("2026-02-03T04:05:06Z", said["grade"]) == (report.as_of, report.grade)
    assert {v["check"]: v["status"] for v in said["verdicts"]} == {
        v.check: v.status.value for v in report.verdicts
    }
    assert "2026-02-03T04:05:06Z" == mailsetup.plan("example.com", no_mail=True, source=source).as_of
    assert (
        "2027-01-01T00:00:00Z"
        == mailsetup.audit("example.com", source=source, as_of="2027-01-01T00:00:00Z").as_of
    )


@pytest.fixture
def at_home(tmp_path: Path) -> Any:
    """A good zone as a source."""
    place = tmp_path / "example.com.zone"
    place.write_text(GOOD_ZONE, encoding="utf-8")
    return mailsetup.ZoneFile(str(place))


def test_a_string_alone_is_one_selector_and_one_sender(at_home: Any) -> None:
    """
    Its letters are never meant, though a string is a sequence of strings for every type checker.
    """
    alone, listed = (mailsetup.audit("example.com", selectors=s, source=at_home) for s in ("s1", ["s1"]))
    sender = mailsetup.plan("example.com", provider="google-workspace", senders="mailchimp", source=at_home)

    assert alone.grade == listed.grade
    assert alone.verdicts == listed.verdicts
    assert any("mcsv.net" in str(c.after) for c in sender.changes)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda s, p: mailsetup.check_host("x", "a@example.com", source=s),
            '"x" is not an IPv4 or IPv6 address',
        ),
        (
            lambda s, p: mailsetup.audit("example.com", as_of="yesterday", source=s),
            '"yesterday" is not a time',
        ),
        (
            lambda s, p: mailsetup.plan("example.com", as_of="soon", provider="fastmail", source=s),
            '"soon" is not a time',
        ),
        (lambda s, p: mailsetup.verify(p, as_of="later", source=s), '"later" is not a time'),
        (lambda s, p: mailsetup.verify(p, phase=99, source=s), "the plan has the phases 1"),
        (lambda s, p: mailsetup.verify(p, phase="every", source=s), "the plan has the phases 1"),
    ],
)
def test_an_argument_that_means_nothing_is_refused(call: Any, told: str, at_home: Any) -> None:
    """
    As on the command line; it never becomes a fault of the domain, nor is it passed over.
    """
    plan = mailsetup.plan("example.com", provider="google-workspace", source=at_home)

    with pytest.raises(mailsetup.UsageError) as refused:
        call(at_home, plan)
    assert told in str(refused.value)


def test_what_is_offered_is_listed() -> None:
    """
    Who presses Tab in a notebook sees the jobs and the sources, though they are imported when first used.
    """
    assert {*JOBS, "Live", "ZoneFile", "MailsetupError"} <= set(dir(mailsetup))
    assert set(JOBS) <= set(dir(aio))
