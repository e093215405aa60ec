"""`diff` shows what changed between two snapshots or results, and exits with 1 only where something got worse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.cli.command import BAD_ZONE, GOOD_ZONE, Result, mailsetup, refused, zone

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "mailsetup" / "schemas" / "diff.json").read_text(encoding="utf-8")
)


def recorded(folder: Path, text: str, name: str) -> str:
    """A snapshot of a zone."""
    mailsetup(
        "snapshot",
        "example.com",
        "--zone",
        zone(folder, text),
        "--offline",
        "-o",
        f"{name}.json",
        folder=folder,
    )
    return f"{name}.json"


def result(folder: Path, text: str, name: str) -> str:
    """A result in JSON."""
    source = zone(folder, text)
    mailsetup("audit", "example.com", "--zone", source, "--offline", "-o", f"{name}.json", folder=folder)
    return f"{name}.json"


def compare(folder: Path, *arguments: str) -> Result:
    return mailsetup("diff", *arguments, folder=folder)


@pytest.mark.parametrize("kind", [recorded, result])
def test_worse_exits_with_one_and_better_with_none(tmp_path: Path, kind: object) -> None:
    good, bad = kind(tmp_path, GOOD_ZONE, "good"), kind(tmp_path, BAD_ZONE, "bad")  # type: ignore[operator]
    codes = [compare(tmp_path, *pair).code for pair in [(good, good), (good, bad), (bad, good), (bad, bad)]]

    assert [0, 1, 0, 0] == codes


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_what_only_another_policy_weighs_more_is_said_and_is_no_worse(form: str, tmp_path: Path) -> None:
    """
    The same zone judged twice, then strictly: no step back. A new flaw still is one.
    """
    weak = zone(tmp_path, GOOD_ZONE.replace("p=quarantine", "p=none"))
    audit = ("audit", "example.com", "--zone", weak, "--offline")
    mailsetup(*audit, "-o", "own.json", folder=tmp_path)
    mailsetup(*audit, "--policy", "strict", "-o", "strict.json", folder=tmp_path)
    shown = compare(tmp_path, "own.json", "strict.json", "--format", form)

    assert 0 == shown.code
    assert "strict" in shown.out.replace("strict.json", "")
    if form == "json":
        jsonschema.validate(json.loads(shown.out), SCHEMA)
    assert 1 == compare(tmp_path, "own.json", result(tmp_path, BAD_ZONE, "bad")).code


def test_a_change_shows_record_finding_and_grade(tmp_path: Path) -> None:
    good, bad = recorded(tmp_path, GOOD_ZONE, "good"), recorded(tmp_path, BAD_ZONE, "bad")
    shown = compare(tmp_path, good, bad).out

    assert '- "v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 -all"' in shown
    assert '+ "v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 +all"' in shown
    assert "new error spf/plus-all" in shown
    assert "grade B" in shown


def test_a_snapshot_and_a_result_of_the_same_zone_are_the_same(tmp_path: Path) -> None:
    one, other = recorded(tmp_path, BAD_ZONE, "one"), result(tmp_path, BAD_ZONE, "other")

    assert "no change" in compare(tmp_path, one, other).out


def test_a_domain_that_is_not_graded_has_no_grade(tmp_path: Path) -> None:
    """
    Not "grade not graded".
    """
    text = GOOD_ZONE.replace("_dmarc IN TXT", "_dmarc IN CNAME policy.elsewhere.example.\nunused IN TXT")
    text = text.replace("s1._domainkey IN TXT", "s1._domainkey IN CNAME s1.elsewhere.example.\nunused IN TXT")
    text = text.replace("ip4:93.184.216.34", "include:elsewhere.example").replace(
        "10 mail", "10 mail.elsewhere.example."
    )
    graded, open_, other = (
        recorded(tmp_path, GOOD_ZONE, "graded"),
        recorded(tmp_path, text, "open"),
        recorded(tmp_path, text.replace(" -all", " ~all"), "other"),
    )

    assert re.search(r"example.com   grade B.* -> not graded", compare(tmp_path, graded, open_).out)
    assert re.search(r"example.com   not graded.* -> B", compare(tmp_path, open_, graded).out)
    assert "example.com   not graded" in compare(tmp_path, open_, other).out


def test_results_do_not_show_every_record_and_say_so(tmp_path: Path) -> None:
    """
    A record that no finding rests on is in no result, which says nothing of the zone.
    """
    softer = GOOD_ZONE.replace(" -all", " ~all")
    first, second = recorded(tmp_path, GOOD_ZONE, "first"), recorded(tmp_path, softer, "second")
    results = compare(tmp_path, result(tmp_path, GOOD_ZONE, "one"), result(tmp_path, softer, "other"))

    shown = compare(tmp_path, "one.json", "other.json", "--format", "markdown")

    assert "no change in what the results show\n" in results.out
    assert "No change in what the results show.\n" in shown.out
    assert "~all" in compare(tmp_path, first, second).out
    assert "no change\n" in compare(tmp_path, first, first).out


def test_the_comparison_in_json_keeps_its_schema(tmp_path: Path) -> None:
    good, bad = recorded(tmp_path, GOOD_ZONE, "good"), result(tmp_path, BAD_ZONE, "bad")
    document = json.loads(compare(tmp_path, good, bad, "--format", "json").out)
    jsonschema.validate(document, SCHEMA)

    assert document["worse"]
    assert "spf/plus-all" in {f["check"] for f in document["domains"][0]["findings"]}


def test_the_comparison_in_markdown_is_tables(tmp_path: Path) -> None:
    good, bad = recorded(tmp_path, GOOD_ZONE, "good"), recorded(tmp_path, BAD_ZONE, "bad")

    assert "| new error | `spf/plus-all` |" in compare(tmp_path, good, bad, "--format", "markdown").out


def test_an_answer_that_is_missing_now_is_no_flaw(tmp_path: Path) -> None:
    """
    What cannot be asked any more is shown as open, and nothing got worse.
    """
    good = recorded(tmp_path, GOOD_ZONE, "good")
    document = json.loads((tmp_path / good).read_text(encoding="utf-8"))
    for entry in document["answers"]:
        if entry.get("name") == "_dmarc.example.com":
            entry.clear()
            entry.update({"name": "_dmarc.example.com", "rdtype": "TXT", "outcome": "timeout"})
    (tmp_path / "lost.json").write_text(json.dumps(document), encoding="utf-8")
    run = compare(tmp_path, good, "lost.json")

    assert 0 == run.code, run.err
    assert "checks became open for want of an answer" in run.out


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "{}", '{"domain": "a", "verdicts": [1]}', '{"domain": "a"}']
)
def test_what_is_neither_snapshot_nor_result_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    good = recorded(tmp_path, GOOD_ZONE, "good")
    (tmp_path / "other.json").write_text(text, encoding="utf-8")

    assert "other.json" in refused(compare(tmp_path, good, "other.json"))


@pytest.mark.parametrize("kind", ["audit", "report"])
def test_a_result_of_another_version_is_refused(tmp_path: Path, kind: str) -> None:
    """
    Its fields may mean something else, and "no change" would be a guess.
    """
    good = result(tmp_path, GOOD_ZONE, "good")
    document = json.loads((tmp_path / good).read_text(encoding="utf-8"))
    if kind == "report":
        document = document["reports"][0]
    (tmp_path / "later.json").write_text(
        json.dumps({**document, "schema": f"mailsetup/{kind}/2"}), encoding="utf-8"
    )

    assert f"mailsetup/{kind}/2" in refused(compare(tmp_path, good, "later.json"))
    assert f"mailsetup/{kind}/2" in refused(
        mailsetup(
            "audit", "example.com", "--zone", "example.com.zone", "--baseline", "later.json", folder=tmp_path
        )
    )


def test_a_line_of_a_result_may_hold_any_character(tmp_path: Path) -> None:
    """
    What separates lines for Unicode (U+2028, U+0085) may stand unescaped in a JSON string.
    """
    good = result(tmp_path, GOOD_ZONE, "good")
    report = json.loads((tmp_path / good).read_text(encoding="utf-8"))["reports"][0]
    lines = [
        json.dumps({**report, "domain": name, "x": "\u2028\x85"}, ensure_ascii=False)
        for name in ("a.b", "c.d")
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")

    assert 0 == compare(tmp_path, "lines.jsonl", "lines.jsonl").code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "nowhere.json" in refused(compare(tmp_path, "nowhere.json", "nowhere.json"))


def test_what_only_became_open_is_one_line(tmp_path: Path) -> None:
    """
    A name server that kept silent opens dozens of checks: they are counted, --verbose lists them.
    """
    good = recorded(tmp_path, GOOD_ZONE, "good")
    silent = json.loads((tmp_path / good).read_text(encoding="utf-8"))
    for answer in silent["answers"]:
        if answer.get("name") == "example.com" and answer.get("rdtype") == "TXT":
            answer.clear()
            answer.update(name="example.com", rdtype="TXT", outcome="timeout")
    (tmp_path / "silent.json").write_text(json.dumps(silent), encoding="utf-8")
    shown = compare(tmp_path, good, "silent.json").out
    listed = compare(tmp_path, good, "silent.json", "--verbose").out

    assert 1 == shown.count("became open for want of an answer")
    assert 0 == shown.count("-> inconclusive")
    assert listed.count("-> inconclusive") > 5


STS = """
$ORIGIN example.com.
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
@ MX 10 mail
mail A 93.184.216.34
mta-sts A 93.184.216.34
_mta-sts TXT "v=STSv1; id=1"
"""


def test_a_policy_that_changed_under_the_same_id_is_found(tmp_path: Path) -> None:
    """
    Two recordings with the policy file: `diff` reports the id that was kept, and so does `audit --before`.
    """
    made = json.loads((tmp_path / recorded(tmp_path, STS, "old")).read_text(encoding="utf-8"))
    made["scope"] = {"options": ["web"]}
    kept = [a for a in made["answers"] if "url" not in a]
    for name, mode in (("old", "testing"), ("new", "enforce")):
        body = f"version: STSv1\nmode: {mode}\nmx: mail.example.com\nmax_age: 604800\n"
        page = {
            "url": "https://mta-sts.example.com/.well-known/mta-sts.txt",
            "outcome": "found",
            "status": 200,
            "headers": [["content-type", "text/plain"]],
            "body": body,
        }
        (tmp_path / f"{name}.json").write_text(
            json.dumps({**made, "answers": [*kept, page]}), encoding="utf-8"
        )
    told = compare(tmp_path, "old.json", "new.json")
    arguments = ("audit", "example.com", "--offline", "--from", "new.json", "--before", "old.json")

    assert (1, 1) == (told.code, told.out.count("new warning transport/sts-id-kept"))
    assert "transport/sts-id-kept" in mailsetup(*arguments, folder=tmp_path).out
    assert "sts-id-kept" not in compare(tmp_path, "old.json", "old.json").out


def in_language(folder: Path, text: str, name: str, lang: str) -> str:
    """A result in JSON, its sentences in a language."""
    source = zone(folder, text)
    more = ("--format", "json", "--lang", lang, "-o", f"{name}.json", "--force")
    mailsetup("audit", "example.com", "--zone", source, "--offline", *more, folder=folder)
    return f"{name}.json"


@pytest.mark.parametrize(
    ("earlier", "asked", "said"),
    [
        ("en", "ru", "разрешает отправлять всему интернету"),
        ("ru", "en", "lets the whole Internet send"),
        ("ru", "ru", "разрешает"),
    ],
)
def test_an_earlier_result_is_told_in_the_language_asked_for(
    tmp_path: Path, earlier: str, asked: str, said: str
) -> None:
    """
    A result holds finished sentences; what is gone is told by its check's title where they are of another language.
    """
    bad, good = (
        in_language(tmp_path, BAD_ZONE, "bad", earlier),
        in_language(tmp_path, GOOD_ZONE, "good", asked),
    )
    (gone,) = [
        line
        for line in compare(tmp_path, bad, good, "--lang", asked).out.splitlines()
        if "spf/plus-all" in line
    ]

    assert said in gone
    assert "example.com" in gone
    assert (asked == "ru") == any("а" <= letter <= "я" for letter in gone.lower())


def test_before_and_after_speak_one_language(tmp_path: Path) -> None:
    """
    A Russian page quotes no English finding of the run before it.
    """
    bad = in_language(tmp_path, BAD_ZONE, "bad", "en")
    more = ("--before", bad, "--lang", "ru", "--format", "html", "-o", "page.html")
    mailsetup(
        "audit", "example.com", "--zone", zone(tmp_path, GOOD_ZONE), "--offline", *more, folder=tmp_path
    )
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    messages = {
        f["message"]
        for v in json.loads((tmp_path / bad).read_text())["reports"][0]["verdicts"]
        for f in v["findings"]
    }

    assert [] == [message for message in messages if message in page]


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("error", 1), ("info", 1)])
def test_nothing_fails_a_run_that_never_fails(tmp_path: Path, fail_on: str, code: int) -> None:
    """
    Worse is said all the same; only the exit code goes by ``--fail-on``.
    """
    old, new = (
        result(tmp_path, text, name) for text, name in ((GOOD_ZONE, "old.json"), (BAD_ZONE, "new.json"))
    )
    run = compare(tmp_path, old, new, "--fail-on", fail_on, "--format", "json")

    assert code == run.code
    assert json.loads(run.out)["worse"]


def both(folder: Path, text: str, name: str) -> str:
    """A result of two domains."""
    other = text.replace("example.net", "example.org").replace("example.com", "example.net")
    zones = [zone(folder, GOOD_ZONE), zone(folder, other, "example.net.zone")]
    arguments = [word for path in zones for word in ("--zone", path)]
    mailsetup(
        "audit", "example.com", "example.net", *arguments, "--offline", "--format", "json", "-o", f"{name}.json",
        folder=folder,
    )  # fmt: skip
    return f"{name}.json"


@pytest.mark.parametrize(("text", "code"), [(GOOD_ZONE, 0), (BAD_ZONE, 1)])
@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_what_is_found_at_a_domain_that_is_only_in_the_new_file_is_new(
    tmp_path: Path, text: str, code: int, form: str
) -> None:
    """
    As with a baseline: whoever adds a domain adds its errors, and a pipeline fails on them.
    """
    one = result(tmp_path, GOOD_ZONE, "one")
    shown = compare(tmp_path, one, both(tmp_path, text, "two"), "--fail-on", "error", "--format", form)

    assert code == shown.code
    assert "example.net" in shown.out
    assert ("spf/plus-all" in shown.out) == (text == BAD_ZONE)
    if form == "json":
        change = json.loads(shown.out)["domains"][1]
        jsonschema.validate(json.loads(shown.out), SCHEMA)
        assert ("new", code == 1) == (change["only_in"], change["worse"])
        assert {""} >= {finding["before"] for finding in change["findings"]}


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_a_domain_that_is_only_in_the_old_file_is_told_and_is_no_worse(tmp_path: Path, form: str) -> None:
    """
    Nobody looked at it, so nothing about it is known to be mended or broken.
    """
    one = result(tmp_path, GOOD_ZONE, "one")
    shown = compare(tmp_path, both(tmp_path, BAD_ZONE, "two"), one, "--format", form)

    assert 0 == shown.code
    assert "example.net" in shown.out
    assert "spf/plus-all" not in shown.out
    if form == "json":
        change = json.loads(shown.out)["domains"][1]
        assert ("old", False, []) == (change["only_in"], change["worse"], change["findings"])


def dated(folder: Path, name: str, as_of: str) -> str:
    """A result of the good zone, as another day would have it."""
    result(folder, GOOD_ZONE, name)
    place = folder / f"{name}.json"
    document = json.loads(place.read_text(encoding="utf-8"))
    document["reports"][0]["as_of"] = as_of
    place.write_text(json.dumps(document), encoding="utf-8")
    return place.name


def test_an_input_from_the_future_is_told(tmp_path: Path) -> None:
    """
    `diff` and `--before` tell it as `audit --from` does: a clock is wrong, and before and after cannot be told.
    """
    today, coming = result(tmp_path, GOOD_ZONE, "today"), dated(tmp_path, "coming", "2999-01-01T00:00:00Z")
    told = [compare(tmp_path, *pair) for pair in [(today, coming), (coming, today), (today, today)]]
    audit = ("audit", "example.com", "--zone", zone(tmp_path), "--offline", "--format", "html", "--before")

    assert ["coming.json" in r.err and "still to come" in r.err for r in told] == [True, True, False]
    assert [r.err.count("warning") for r in told] == [1, 1, 0]
    assert "still to come" in mailsetup(*audit, coming, folder=tmp_path).err
    assert "still to come" not in mailsetup(*audit, today, folder=tmp_path).err


def test_inputs_the_wrong_way_round_are_told(tmp_path: Path) -> None:
    """
    The later one first makes what was mended look broken.
    """
    spring, today = dated(tmp_path, "spring", "2026-04-01T00:00:00Z"), result(tmp_path, GOOD_ZONE, "today")

    assert "today.json is later than spring.json" in compare(tmp_path, today, spring).err
    assert "" == compare(tmp_path, spring, today).err


@pytest.mark.parametrize("as_of", ["", "never", "2026-13-45", "2026-04-01"])
def test_a_time_that_is_none_is_passed_over(tmp_path: Path, as_of: str) -> None:
    """
    A result is a file that anybody may have written.
    """
    odd, today = dated(tmp_path, "odd", as_of), result(tmp_path, GOOD_ZONE, "today")

    assert "" == compare(tmp_path, odd, today).err


def test_of_many_domains_those_that_changed_are_told(tmp_path: Path) -> None:
    """
    A consultant's two hundred: a line for each without a change hides the three that matter, and how many did.
    """
    names = [f"d{n}.example.com" for n in range(7)]
    good = GOOD_ZONE + "".join(f'd{n} IN MX 10 mail\nd{n} IN TXT "v=spf1 mx -all"\n' for n in range(7))
    bad = good.replace('d3 IN TXT "v=spf1 mx -all"', 'd3 IN TXT "v=spf1 mx +all"')
    for name, text in (("good", good), ("bad", bad)):
        world = ("--zone", zone(tmp_path, text), "--offline")
        mailsetup("audit", *names, *world, "-o", f"{name}.json", folder=tmp_path)
    told = compare(tmp_path, "good.json", "bad.json").out
    verbose = compare(tmp_path, "good.json", "bad.json", "--verbose").out

    assert told.startswith("d3.example.com")
    assert "no change" not in told
    assert "1 of 7 domains got worse, 0 changed otherwise, 6 did not change" in told
    assert verbose.count("no change") == 6


def judged(folder: Path, text: str, name: str, *more: str) -> str:
    """A result in JSON of an audit with further options."""
    world = ("--zone", zone(folder, text), "--offline")
    mailsetup("audit", "example.com", *world, *more, "-o", f"{name}.json", folder=folder)
    return f"{name}.json"


def left(folder: Path, old: str, new: str, check: str) -> tuple[dict[str, str], str]:
    """What became of a finding that stood only in the old file: in JSON, and the line that tells it."""
    document = json.loads(compare(folder, old, new, "--format", "json").out)
    jsonschema.validate(document, SCHEMA)
    (change,) = [f for f in document["domains"][0]["findings"] if f["check"] == check]
    (line,) = [one for one in compare(folder, old, new).out.splitlines() if f" {check}: " in one]
    return change, line


KEYLESS = GOOD_ZONE.partition("s1._domainkey")[0]


def test_a_finding_that_another_took_over_is_not_gone(tmp_path: Path) -> None:
    """
    No key was published, and none is: only the check that says so is another.
    """
    old, new = judged(tmp_path, KEYLESS, "old"), judged(tmp_path, KEYLESS, "new", "--selector", "s1")
    change, line = left(tmp_path, old, new, "dkim/none-published")

    assert ("", "explained", "dkim/key-missing") == (change["after"], change["now"], change["by"])
    assert line.startswith("  explained dkim/none-published: ")
    assert line.endswith("(explained by the finding dkim/key-missing)")


def test_a_finding_that_was_accepted_is_not_gone(tmp_path: Path) -> None:
    old = judged(tmp_path, BAD_ZONE, "old")
    change, line = left(
        tmp_path, old, judged(tmp_path, BAD_ZONE, "new", "--write-baseline", "known"), "spf/plus-all"
    )

    assert ("accepted", "baseline") == (change["now"], change["by"])
    assert line.startswith("  accepted spf/plus-all: ")


def test_a_finding_that_cannot_be_told_any_more_is_not_gone(tmp_path: Path) -> None:
    """
    Its record did not come this time: open. It needs a probe that was not asked for: not judged, and why.
    """
    old = judged(tmp_path, BAD_ZONE, "old", "--deep")
    new = judged(tmp_path, BAD_ZONE, "new")
    unasked, why = left(tmp_path, old, new, "clients/no-autoconfig")
    lost = json.loads((tmp_path / recorded(tmp_path, BAD_ZONE, "lost")).read_text(encoding="utf-8"))
    for answer in lost["answers"]:
        if (answer.get("name"), answer.get("rdtype")) == ("example.com", "TXT"):
            answer.clear()
            answer.update(name="example.com", rdtype="TXT", outcome="timeout")
    (tmp_path / "lost.json").write_text(json.dumps(lost), encoding="utf-8")
    unknown, line = left(tmp_path, old, "lost.json", "spf/plus-all")

    assert ("not judged", "open") == (unasked["now"], unknown["now"])
    assert why.startswith("  not judged ")
    assert why.endswith("(not asked for; --deep asks for it)")
    assert line.startswith("  open spf/plus-all: ")


def test_a_finding_whose_check_passes_is_gone(tmp_path: Path) -> None:
    bad, good = judged(tmp_path, BAD_ZONE, "bad"), judged(tmp_path, GOOD_ZONE, "good")
    change, line = left(tmp_path, bad, good, "spf/plus-all")

    assert ("gone", "") == (change["now"], change.get("by", ""))
    assert line.startswith("  gone spf/plus-all: ")
