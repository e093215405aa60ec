"""A waiver accepts a finding until a day; a baseline accepts what was there before; both are shown, neither fails."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from mailsetup.model.finding import DomainReport, Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.run.baseline import Known, baseline_text, entries, without_known
from mailsetup.run.project import Waiver
from mailsetup.run.waivers import accepting, expired
from tests.cli.command import BAD_ZONE, GOOD_ZONE, Result, mailsetup, refused, zone

PROJECT = '[domain]\nname = "example.com"\nprovider = ""\n'
SCHEMA = Path(__file__).parents[2] / "mailsetup" / "schemas" / "audit.json"


def audit(folder: Path, *more: str | Path, **environment: str) -> Result:
    world = ("--zone", "example.com.zone", "--offline")
    return mailsetup("audit", "example.com", *world, *more, folder=folder, **environment)


def project(folder: Path, text: str) -> None:
    (folder / "mailsetup.toml").write_text(PROJECT + text, encoding="utf-8")


def waiver(until: str, check: str = "spf/plus-all", owner: str = "") -> str:
    return f'[[waivers]]\ncheck = "{check}"\nuntil = {until}\nreason = "moving"\nowner = "{owner}"\n'


def finding_of(run: Result, check: str) -> dict[str, object]:
    verdicts = json.loads(run.out)["reports"][0]["verdicts"]
    found: dict[str, object] = next(v for v in verdicts if v["check"] == check)["findings"][0]
    return found


def test_a_waived_finding_is_shown_and_does_not_fail_the_run(tmp_path: Path) -> None:
    zone(tmp_path, BAD_ZONE)
    before = audit(tmp_path)
    project(tmp_path, waiver("2999-01-01"))
    after = audit(tmp_path, "--format", "json")
    shown = audit(tmp_path)

    assert (1, 0) == (before.code, after.code)
    assert {"by": "waiver", "reason": "moving", "until": "2999-01-01", "responsible": ""} == finding_of(
        after, "spf/plus-all"
    )["waived"]
    assert "waived until 2999-01-01: moving" in " ".join(shown.out.split())
    jsonschema.validate(json.loads(after.out), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_an_expired_waiver_accepts_nothing_and_is_a_finding(tmp_path: Path) -> None:
    zone(tmp_path, BAD_ZONE)
    project(tmp_path, waiver("2020-01-01"))
    run = audit(tmp_path, "--format", "json")

    assert 1 == run.code
    assert "ended on 2020-01-01" in str(finding_of(run, "project/expired-waiver")["message"])


def test_a_waiver_that_accepts_nothing_any_more_is_said(tmp_path: Path) -> None:
    zone(tmp_path, GOOD_ZONE)
    project(tmp_path, waiver("2999-01-01"))

    assert "accepts nothing here any more" in " ".join(audit(tmp_path).out.split())


@pytest.mark.parametrize(
    ("owner", "at", "accepted"),
    [
        ("", "_dmarc.example.com", True),
        ("@", "example.com", True),
        ("@", "_dmarc.example.com", False),
        ("_dmarc", "_dmarc.example.com", True),
        ("_DMARC.example.com.", "_dmarc.example.com", True),
        ("www", "_dmarc.example.com", False),
        ("postmaster@example.com", "_dmarc.example.com", True),
        ("the mail team", "example.com", True),
    ],
)
def test_a_waiver_is_for_one_name_where_it_names_one(owner: str, at: str, accepted: bool) -> None:
    waivers = (Waiver("dmarc/policy-none", date(2027, 1, 31), "moving", owner),)
    accept = accepting(waivers, "example.com", "2026-11-21T00:00:00Z")

    assert accepted is bool(accept(Finding("dmarc/policy-none", Severity.INFO, at, say("x"))))


def test_a_waiver_holds_on_its_last_day() -> None:
    last = Waiver("spf/plus-all", date(2027, 1, 31), "moving")

    assert (False, True) == (expired(last, "2027-01-31T23:59:59Z"), expired(last, "2027-02-01T00:00:00Z"))


def test_a_waiver_of_no_check_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    zone(tmp_path)
    project(tmp_path, waiver("2999-01-01", "spf/plus-al"))

    assert "spf/plus-all" in refused(audit(tmp_path))


@pytest.mark.parametrize(
    "until", ["2999-01-01T00:00:00", "2999-01-01T00:00:00Z", "12:00:00", "true", '"soon"']
)
def test_a_waiver_ends_on_a_day(tmp_path: Path, until: str) -> None:
    zone(tmp_path, BAD_ZONE)
    project(tmp_path, waiver(until))

    assert "until must be a day" in refused(audit(tmp_path))


def test_a_waiver_has_a_reason(tmp_path: Path) -> None:
    zone(tmp_path, BAD_ZONE)
    project(tmp_path, waiver("2999-01-01").replace("moving", " "))

    assert "needs reason" in refused(audit(tmp_path))


def test_the_project_file_decides_for_its_own_domain_only(tmp_path: Path) -> None:
    zone(tmp_path, GOOD_ZONE.replace("p=quarantine", "p=none"))
    zone(
        tmp_path, GOOD_ZONE.replace("p=quarantine", "p=none").replace("example.com", "example.org"), "o.zone"
    )
    project(
        tmp_path, '[audit]\nfail-on = "info"\npolicy = "strict"\nsubdomains = ["mail"]\nselectors = ["zz"]\n'
    )
    own = audit(tmp_path, "--format", "json")
    other = mailsetup("audit", "example.org", "--zone", "o.zone", "--offline", folder=tmp_path)
    domains = [report["domain"] for report in json.loads(own.out)["reports"]]

    assert (1, 0) == (own.code, other.code)
    assert ["example.com", "mail.example.com"] == domains
    assert "selector zz" in str(finding_of(own, "dkim/key-missing")["message"])


@pytest.mark.parametrize("form", ["list", "json", "jsonl"])
def test_a_baseline_lets_only_new_findings_fail(tmp_path: Path, form: str) -> None:
    """
    A list of fingerprints and an earlier result say the same.
    """
    zone(tmp_path, BAD_ZONE)
    if form == "list":
        audit(tmp_path, "--write-baseline", "known")
    else:
        audit(tmp_path, "--format", form, "--output", "known")
    known = audit(tmp_path, "--baseline", "known", "--format", "json")
    zone(tmp_path, BAD_ZONE.replace("p=quarantine", "p=nonsense"))
    worse = audit(tmp_path, "--baseline", "known")

    assert (0, 1) == (known.code, worse.code)
    assert {"by": "baseline", "reason": "", "until": "", "responsible": ""} == finding_of(
        known, "spf/plus-all"
    )["waived"]


def test_a_baseline_is_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    zone(tmp_path, BAD_ZONE)
    audit(tmp_path, "--write-baseline", "one", PYTHONHASHSEED="1")
    audit(tmp_path, "--write-baseline", "two", PYTHONHASHSEED="2")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert "mailsetup/baseline/1" == json.loads((tmp_path / "one").read_text(encoding="utf-8"))["schema"]


@pytest.mark.parametrize("form", ["terminal", "json", "junit"])
def test_a_run_that_writes_a_baseline_knows_what_it_writes(tmp_path: Path, form: str) -> None:
    """
    It shows and exits as the next run, which is given that baseline; and it says what it wrote.
    """
    zone(tmp_path, BAD_ZONE)
    first = audit(tmp_path, "--format", form, "--write-baseline", "known")
    again = audit(tmp_path, "--format", form, "--baseline", "known")
    count = len(json.loads((tmp_path / "known").read_text(encoding="utf-8"))["findings"])

    assert (0, 0) == (first.code, again.code)
    assert first.out == again.out
    assert f"written: known ({count} findings are known now)" in first.err


def test_what_the_baseline_beside_it_does_not_know_fails_a_run_that_writes_another(tmp_path: Path) -> None:
    zone(tmp_path, GOOD_ZONE)
    audit(tmp_path, "--write-baseline", "old")
    zone(tmp_path, BAD_ZONE)
    run = audit(tmp_path, "--baseline", "old", "--write-baseline", "new")

    assert 1 == run.code
    assert 0 == audit(tmp_path, "--baseline", "new").code


def test_a_baseline_holds_no_open_question(tmp_path: Path) -> None:
    """
    What could not be judged is told, and exits with 3 (a domain in no file: 2), also where a baseline is written.
    """
    zone(
        tmp_path,
        '@ IN TXT "v=spf1 include:spf.example.net +all"\n@ IN MX 10 mx.example.com.\nmx IN A 192.0.2.1\n',
    )
    codes = [
        mailsetup("audit", name, "--zone", "example.com.zone", "--offline", *more, folder=tmp_path)
        for name, more in (
            ("example.com", ("--strict", "--write-baseline", "one")),
            ("example.org", ("--write-baseline", "two")),
        )
    ]

    assert [3, 2] == [run.code for run in codes]
    assert "example.org" in codes[1].err


def test_a_baseline_of_a_run_that_goes_on_is_refused(tmp_path: Path) -> None:
    """It would lack what the run had found before it was stopped; the result itself serves."""
    zone(tmp_path, BAD_ZONE)
    audit(tmp_path, "--output", "out.jsonl")

    assert "--baseline out.jsonl" in refused(
        audit(tmp_path, "--resume", "out.jsonl", "--write-baseline", "known")
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "mailsetup/baseline/1"}', "nonsense", '{"verdicts": 3}']
)
def test_what_is_no_baseline_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    zone(tmp_path)
    (tmp_path / "known").write_text(text, encoding="utf-8")
    run = audit(tmp_path, "--baseline", "known")

    if text:
        assert "known" in refused(run)
    else:
        assert 0 == run.code  # nothing is known


@pytest.mark.parametrize("form", ["sarif", "junit", "github", "markdown", "csv"])
def test_every_form_tells_accepted_findings_from_others(tmp_path: Path, form: str) -> None:
    zone(tmp_path, BAD_ZONE)
    plain = audit(tmp_path, "--format", form)
    project(tmp_path, waiver("2999-01-01"))
    waived = audit(tmp_path, "--format", form)

    assert (1, 0) == (plain.code, waived.code)
    assert plain.out != waived.out


def test_without_a_domain_the_project_is_judged(tmp_path: Path) -> None:
    zone(tmp_path)
    project(tmp_path, "")
    run = mailsetup("audit", "--zone", "example.com.zone", "--offline", folder=tmp_path)

    assert 0 == run.code
    assert run.out.startswith("example.com")


DKIM = ("--selector", "s1")
HEAVY_ZONE = GOOD_ZONE.replace("k=rsa;", r"k=rsa; n=\195\169; \195\169;")  # some receivers read it
HEAVIER_ZONE = GOOD_ZONE.replace("k=rsa;", "k=rsa; rsa;")  # none does


@pytest.mark.parametrize("form", ["list", "json", "jsonl"])
def test_a_finding_that_became_more_severe_is_new(tmp_path: Path, form: str) -> None:
    """
    A baseline accepts a warning; the error it grew into fails the run, and a note says what it was.

    The way back, an error that became a warning, is known.
    """
    for name, text in (("heavy", HEAVY_ZONE), ("heavier", HEAVIER_ZONE)):
        zone(tmp_path, text)
        more = ("--write-baseline", name) if form == "list" else ("--format", form, "--output", name)
        audit(tmp_path, *DKIM, *more)
    worse = audit(tmp_path, *DKIM, "--baseline", "heavy", "--format", "json")
    same = audit(tmp_path, *DKIM, "--baseline", "heavier")
    zone(tmp_path, HEAVY_ZONE)
    better = audit(tmp_path, *DKIM, "--baseline", "heavier")
    found = finding_of(worse, "dkim/syntax")
    (told,) = [n for n in json.loads(worse.out)["reports"][0]["notes"] if "baseline" in n]

    assert (1, 0, 0) == (worse.code, same.code, better.code)
    assert ("error", None) == (found["severity"], found.get("waived"))
    assert told.startswith(
        "dkim/syntax at s1._domainkey.example.com is known to the baseline as warning and is error"
    )


def test_a_baseline_without_severities_accepts_any(tmp_path: Path) -> None:
    """So were baselines written before: nothing fails that did not fail then."""
    zone(tmp_path, HEAVY_ZONE)
    audit(tmp_path, *DKIM, "--write-baseline", "known")
    known = json.loads((tmp_path / "known").read_text(encoding="utf-8"))
    for entry in known["findings"]:
        del entry["severity"]
    (tmp_path / "known").write_text(json.dumps(known), encoding="utf-8")
    zone(tmp_path, HEAVIER_ZONE)

    assert 0 == audit(tmp_path, *DKIM, "--baseline", "known").code


def test_what_weighs_more_by_another_policy_only_is_known(tmp_path: Path) -> None:
    """A stricter policy may be taken up over an old baseline; `diff` sees it so too."""
    zone(tmp_path, GOOD_ZONE.replace("p=quarantine", "p=none"))
    audit(tmp_path, *DKIM, "--write-baseline", "known")
    strict = ("--policy", "strict", "--fail-on", "warning", "--format", "json")
    run = audit(tmp_path, *DKIM, "--baseline", "known", *strict)
    found = finding_of(run, "dmarc/policy-none")
    audit(tmp_path, *strict, "--write-baseline", "strict")

    assert "baseline" == found["waived"]["by"]  # type: ignore[index]
    assert '"policy": "strict"' in (tmp_path / "strict").read_text(encoding="utf-8")
    assert 0 == audit(tmp_path, *DKIM, "--baseline", "strict", *strict).code


E_, W_, I_ = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ((W_,), (W_,), ()),
        ((W_,), (E_,), (E_,)),
        ((W_, E_), (E_,), ()),  # the first was mended, and the second took its number
        ((E_, W_), (W_, E_), ()),  # their order is no matter
        ((W_, W_), (E_, W_), (E_,)),
        ((I_,), (W_, I_), (W_,)),
        ((E_,), (W_, W_), (W_,)),
        ((), (I_,), (I_,)),
    ],
)
def test_findings_at_one_place_are_known_by_number_and_weight(
    before: tuple[Severity, ...], after: tuple[Severity, ...], new: tuple[Severity, ...]
) -> None:
    """As many as there were, none heavier than it was."""
    told = baseline_text(entries(_report(before)))
    known = {e["fingerprint"]: Known(e["severity"]) for e in json.loads(told)["findings"]}
    (verdict,) = without_known(_report(after), known).verdicts

    assert new == tuple(f.severity for f in verdict.findings if f.waived is None)


def _report(severities: tuple[Severity, ...]) -> DomainReport:
    findings = tuple(Finding("mx/x", severity, "example.com", say("x")) for severity in severities)
    return DomainReport("example.com", "2026-11-22T00:00:00Z", (Verdict("mx/x", Status.FAIL, E_, findings),))
