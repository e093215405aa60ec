"""The HTML report from the command line: brand, before and after, one page or a folder of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD_ZONE, GOOD_ZONE, mailsetup, refused, zone

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20" viewBox="0 0 80 20"><path d="M0 0h80v20H0z"/></svg>'
BRAND = (
    '[report]\nname = "Fern Mail"\nconsultant = "The Consultant"\nprimary = "#2f7d4f"\nlogo = "logo.svg"\n'
)


def audit(folder: Path, *more: str, text: str = BAD_ZONE) -> str:
    zone(folder, text)
    told = mailsetup("audit", "example.com", "--offline", "--zone", "example.com.zone", *more, folder=folder)

    assert told.code in (0, 1), told.err
    return told.out


def test_the_report_shows_who_hands_it_over(tmp_path: Path) -> None:
    """
    Name, consultant, colour and logo of brand.toml are in the page, the logo within it.
    """
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "brand.toml").write_text(BRAND, encoding="utf-8")
    page = audit(tmp_path, "--format", "html", "--brand", "brand.toml")

    for part in (
        "Fern Mail",
        "Prepared by The Consultant",
        "--primary:#2f7d4f",
        'src="data:image/svg+xml;base64,',
    ):
        assert part in page


def test_the_brand_of_the_kit_is_taken_as_it_is(tmp_path: Path) -> None:
    """
    A brand.toml written for the kit serves a report too.
    """
    text = '[brand]\nname = "Fern & Co"\ndomain = "fern.example"\n[colors]\nprimary = "#0f5b8c"\n'
    text += '[[people]]\nname = "The Consultant"\n'
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    page = audit(tmp_path, "--format", "html", "--brand", "brand.toml")

    assert "Fern &amp; Co" in page
    assert "Prepared by The Consultant" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[report]\nnmae = "x"\n', "did you mean name?"),
        ("[report]\nname = 1\n", "name is not a text"),
        ("[report]\n", 'below it name = "Fern Mail Consulting"; primary = "#0f5b8c"'),
        ('name = "x"\nprimary = "#0f5b8c"\n', "write [report] on a line of its own"),
        ('[report]\nname = "x"\nlogo = 5\n', 'write logo = "logo.png"'),
        ("report = 1\n", "is not a table"),
        ('[report]\nname = "x"\nprimary = "no colour"\n', 'primary is not a colour; write it as "#0f5b8c"'),
        ('[report]\nname = "x"\nlogo = "../logo.svg"\n', "leads out of"),
        ('[report]\nname = "x"\nlogo = "logo.svg"\n', "is not there"),
        ("[report\n", "TOML"),
    ],
)
def test_a_brand_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    """
    What is wrong, where, what to do; exit 2.
    """
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    zone(tmp_path)
    result = mailsetup(
        *("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "html"),
        *("--brand", "brand.toml"),
        folder=tmp_path,
    )

    assert said in refused(result)


def test_before_and_after_come_from_two_runs(tmp_path: Path) -> None:
    """
    The old run's JSON shows what was mended since.
    """
    audit(tmp_path, "--format", "json", "--output", "old.json")
    page = audit(tmp_path, "--format", "html", "--before", "old.json", text=GOOD_ZONE)

    assert "Before and after" in page
    assert "1 mended, 0 new" in " ".join(page.split())


@pytest.mark.parametrize(
    "text", ["", "no json", "{}", '{"reports": [1]}', '{"domain": "a", "verdicts": [{}]}', "[" * 9999]
)
def test_an_old_result_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """
    Whatever the file holds, one sentence says that it is no audit; an empty one compares with nothing.
    """
    (tmp_path / "old.json").write_text(text, encoding="utf-8")
    zone(tmp_path)
    result = mailsetup(
        *("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "html"),
        *("--before", "old.json"),
        folder=tmp_path,
    )

    if text:
        assert "--before" in refused(result)


def test_many_domains_are_an_index_or_a_folder(tmp_path: Path) -> None:
    """
    A file gets the table; a folder gets it with a page a domain, linked.
    """
    alone = audit(tmp_path, "example.net", "--format", "html")
    audit(tmp_path, "example.net", "--format", "html", "--output", "report/")
    index = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")

    assert "<table" in alone
    assert "href" not in alone.partition("<tbody")[2].partition("</tbody")[0]
    assert 'href="example.com.html"' in index
    assert "E-mail health report" in (tmp_path / "report" / "example.com.html").read_text(encoding="utf-8")


def test_a_folder_with_pages_is_not_overwritten(tmp_path: Path) -> None:
    """
    What is there stays, unless --force is given.
    """
    audit(tmp_path, "--format", "html", "--output", "report/")
    again = mailsetup(
        *(
            "audit",
            "example.com",
            "--offline",
            "--zone",
            "example.com.zone",
            "--format",
            "html",
            "-o",
            "report/",
        ),
        folder=tmp_path,
    )

    assert "--force" in refused(again)


def test_one_file_for_several_domains_is_an_index_and_says_so(tmp_path: Path) -> None:
    """
    ``--output FILE`` is one file; where the pages of each domain are to be had is told beside it.
    """
    zone(tmp_path)
    zone(tmp_path, GOOD_ZONE.replace("example.com", "example.net"), "example.net.zone")
    world = ("--offline", "--zone", "example.com.zone", "--zone", "example.net.zone")
    result = mailsetup("audit", "example.com", "example.net", *world, "-o", "all.html", folder=tmp_path)
    alone = mailsetup("audit", "example.com", *world, "-o", "one.html", folder=tmp_path)

    assert "All domains" in (tmp_path / "all.html").read_text(encoding="utf-8")
    assert "all.html is an index of 2 domains; --output FOLDER/ adds a page for each" in result.err
    assert "index" not in alone.err


SILENT = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 9.9.9.1
@ A 9.9.9.10
@ TXT "v=spf1 -all"
"""


def test_nothing_is_green_where_nothing_was_judged(tmp_path: Path) -> None:
    """
    Without a key there are no signatures in order, and without a mail host no encryption.
    """
    page = audit(tmp_path, "--format", "html", text=SILENT)
    tiles, unjudged = page.split("Not judged in this run", 1)
    unjudged = unjudged.partition("</p>")[0]

    assert "Signed letters (DKIM)" in unjudged
    assert "(MTA-STS, TLS)" in unjudged
    assert "Signed letters" not in tiles


def test_a_receiver_of_which_nothing_is_known_is_not_called_content(tmp_path: Path) -> None:
    """
    "Nothing is missed" is not "all is met", in Russian either; what a receiver does is said in the reader's language.
    """
    bare = SILENT.replace("-all", "ip4:9.9.9.10 -all") + "@ MX 10 mx\nmx A 9.9.9.11\n"
    page = audit(tmp_path, "--format", "html", "--receivers", "--lang", "ru", text=bare)

    assert "выполнено всё" not in page
    assert "иначе: отказ" in page
    assert not [word for word in ("rejected", "reject", "spam", "defer") if f"иначе: {word}<" in page]


def test_what_was_not_judged_offline_is_no_praise(tmp_path: Path) -> None:
    """
    The terminal and the grade say "3 questions open"; a page that is silent about it would tell another truth.
    """
    text = GOOD_ZONE.replace("v=spf1 ip4", "v=spf1 include:elsewhere.example ip4")
    world = ("audit", "example.com", "--offline", "--zone", zone(tmp_path, text))
    page = mailsetup(*world, "--format", "html").out
    grade = mailsetup(*world, "--format", "json").out

    assert "questions open" in grade or "question open" in grade
    assert "Nothing needs to be done" not in page
    assert "open" in page.partition('class="chips"')[2].partition("</div>")[0]
