"""The grade: documented, versioned, untouched by what is not known."""

from __future__ import annotations

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Evidence, Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.run.grade import do_first, formula, grade
from mailsetup.run.registry import checks_by_id


def verdict(check: str, severity: Severity, status: Status = Status.FAIL) -> Verdict:
    silent = Evidence(DnsQuestion("example.com", "MX"), DnsAnswer(Outcome.TIMEOUT))
    findings = (Finding(check, severity, "example.com", say(check)),) if status is Status.FAIL else ()
    return Verdict(check, status, severity, findings, (silent,) if status is Status.INCONCLUSIVE else ())


def test_the_formula_names_only_checks_that_exist() -> None:
    """
    A weight for a check that is gone would weigh nothing.
    """
    assert set() == set(formula()["checks"]) - set(checks_by_id())


def test_the_letters_are_as_documented() -> None:
    """
    Nothing to mend is an A, one warning a B, one error a D, two errors an F.
    """
    warning, error = verdict("mx/duplicate", Severity.WARNING), verdict("spf/plus-all", Severity.ERROR)
    worlds = [(), (warning,), (error,), (error, verdict("mx/null-mx", Severity.ERROR))]

    assert ["A", "B", "D", "F"] == [grade(w)[0] for w in worlds]


def test_open_questions_neither_raise_nor_lower_but_forbid_the_best() -> None:
    """
    ``B, 1 question open``: an open note leaves the A, an open error does not, and nothing else moves.
    """
    warning = verdict("mx/duplicate", Severity.WARNING)
    open_note = verdict("mx/short-ttl", Severity.INFO, Status.INCONCLUSIVE)
    open_error = verdict("spf/plus-all", Severity.ERROR, Status.INCONCLUSIVE)

    sound = tuple(verdict(f"mx/{n}", Severity.ERROR, Status.PASS) for n in "abc")

    assert "A, 1 question open" == grade((*sound, open_note))[0]
    assert "B, 1 question open" == grade((*sound, open_error))[0]
    assert "B, 1 question open" == grade((*sound, warning, open_error))[0]


def test_where_most_is_open_there_is_no_letter() -> None:
    """
    A letter made from nothing would be a green light nobody gave.
    """
    silent = verdict("spf/plus-all", Severity.ERROR, Status.INCONCLUSIVE)

    assert (
        "not graded, 1 question open"
        == grade((silent, silent, verdict("mx/a", Severity.ERROR, Status.PASS)))[0]
    )


def test_at_most_three_things_come_first_the_costliest_before() -> None:
    """
    Errors come before warnings, and notes are not among them.
    """
    several = [verdict(f"dns/{n}", Severity.WARNING) for n in "abc"]
    steps = do_first((*several, verdict("spf/plus-all", Severity.ERROR), verdict("mx/x", Severity.INFO)))

    assert [checks_by_id()["spf/plus-all"].title, "dns/a", "dns/b"] == [str(s) for s in steps]
