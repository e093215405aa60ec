"""JUnit XML as pipelines read it: counts, kinds, and text that is always XML."""

from __future__ import annotations

import re
from typing import Any

import pytest
from defusedxml import ElementTree

from mailsetup.forms import junit

from .gallery import every_status, hostile_reports, run


def suites(*reports: Any, **fields: Any) -> Any:
    return ElementTree.fromstring("".join(junit.render(run(*reports, **fields))).encode("utf-8"))


def kinds(suite: Any) -> dict[str, str]:
    return {case.get("name"): next((child.tag for child in case), "passed") for case in suite}


def test_each_check_is_a_test_case() -> None:
    """
    Failures are failures, no answer is an error, what does not apply is skipped.
    """
    (suite,) = suites()

    assert {
        "names/does-not-exist": "passed",
        "spf/multiple-records": "failure",
        "dmarc/missing": "failure",
        "mx/no-ipv6": "passed",
        "dkim/rsa-1024": "skipped",
        "spf/void-lookup": "error",
        "spf/include-loop": "skipped",
        "spf/plus-all": "error",
    } == kinds(suite.findall("testcase"))


@pytest.mark.parametrize("report", list(hostile_reports()), ids=lambda r: r.domain)
def test_the_text_is_xml_whatever_dns_holds(report: Any) -> None:
    """
    Control characters, lone surrogates, tags and CDATA ends are shown, never obeyed.
    """
    (suite,) = suites(report)

    assert 8 == len(suite.findall("testcase"))
    assert {"testsuites", "testsuite"} | {
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
        "system-err",
    } >= {element.tag for element in suite.iter()}


def test_the_counts_are_those_of_the_cases() -> None:
    """
    What the suite's head says is what stands below it.
    """
    (suite,) = suites()
    found = list(kinds(suite.findall("testcase")).values())

    assert [str(len(found)), *(str(found.count(k)) for k in ("failure", "error", "skipped"))] == [
        suite.get(name) for name in ("tests", "failures", "errors", "skipped")
    ]


def test_notes_fail_only_a_run_that_fails_on_them() -> None:
    """
    ``--fail-on info`` makes a note a failure.
    """
    (suite,) = suites(every_status(), fail_on="info")

    assert "failure" == kinds(suite.findall("testcase"))["mx/no-ipv6"]


def test_what_is_worth_knowing_stands_in_the_output_of_the_suite() -> None:
    """A check that passed with notes is passed; they are not lost."""
    (suite,) = suites()

    assert suite.findtext("system-out").startswith("mx/no-ipv6\n")


ANT = {
    "testsuites": ((), ()),
    "testsuite": (
        ("name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"),
        ("skipped",),
    ),
    "properties": ((), ()),
    "property": (("name", "value"), ()),
    "testcase": (("name", "classname", "time"), ()),
    "failure": (("type",), ("message",)),
    "error": (("type",), ("message",)),
    "skipped": ((), ("message",)),
    "system-out": ((), ()),
    "system-err": ((), ()),
}
"""By element the attributes that windyroad/JUnit-Schema demands, and those that it and Jenkins' junit-10.xsd know."""


@pytest.mark.parametrize("report", [every_status(), *hostile_reports()], ids=lambda r: r.domain)
def test_the_document_meets_both_schemas(report: Any) -> None:
    """
    No attribute or element that one of them lacks, none missing that one of them demands, in the order of the stricter one.
    """
    document = "".join(junit.render(run(report, report)))
    root = ElementTree.fromstring(document.encode("utf-8"))
    for element in root.iter():
        demanded, known = ANT[element.tag]

        assert set(demanded) <= set(element.keys()) <= {*demanded, *known}
    for number, suite in enumerate(root):
        order = [child.tag for child in suite]

        assert ["properties", *["testcase"] * (len(order) - 3), "system-out", "system-err"] == order
        assert str(number) == suite.get("id")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
        assert all(suite.get(key).strip() for key in ("name", "package", "hostname"))
        assert all(len(case) <= 1 for case in suite.findall("testcase"))
