"""Laws of signatures: their looks stay what they were, their limits hold, and no text gets out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mailsetup.kit.signatures import legal, render
from mailsetup.kit.signatures.person_files import Wishes, person_files
from mailsetup.kit.signatures.plain import COLUMNS, LINES, width, wrapped
from mailsetup.kit.signatures.render import GMAIL_LIMIT
from mailsetup.kit.signatures.scripts import power_shell, shell
from mailsetup.kit.signatures.team_files import marker, notes, team_files, transport_rule
from mailsetup.kit.signatures.words import promised, spoken, words
from mailsetup.model.brand import Banner, Layout, LocalText, Person
from mailsetup.model.errors import InputError
from tests.servers import require

from . import goldens
from .firms import BRAND, DAY, firm, staff

ALL = Wishes(DAY, tuple(Layout))
LONG = "Wolfeschlegelsteinhausenbergerdorff "
VOID = ("br", "img", "meta")


class Structure(HTMLParser):
    """Tags with their attributes' names, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.images: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        found = dict(attrs)
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag == "img":
            self.images.append(found.get("src") or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("layout", list(Layout))
def test_one_person_looks_as_before_in_every_layout(
    layout: Layout, locale: str, pytestconfig: pytest.Config
) -> None:
    """
    HTML and text are those kept beside this test.
    """
    anna, support = staff()
    made = render(firm(), support if layout is Layout.TEAM else anna, layout, locale, DAY)
    update = bool(pytestconfig.getoption("--update-goldens"))
    for form, found in (("html", made.html + "\n"), ("txt", made.text)):
        assert found == goldens.kept(f"{layout}.{locale}.{form}", found, update=update)


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_is_whole_html_without_what_mail_programs_drop(layout: Layout) -> None:
    """
    Tags are closed; no scripts, sheets, classes, data: pictures or hidden text.
    """
    html = render(firm(), staff()[0], layout, "en", DAY).html
    found = Structure(html)

    assert found.open == []
    assert {tag for tag, _ in found.tags} <= {"table", "tr", "td", "div", "span", "b", "a", "img", "br"}
    assert all(
        {"role", "cellpadding", "cellspacing", "border"} <= set(names)
        for tag, names in found.tags
        if tag == "table"
    )
    assert all("alt" in names for tag, names in found.tags if tag == "img")
    assert all(link.startswith(("https://", "mailto:", "tel:")) for link in found.links)
    assert all(image.startswith("https://") for image in found.images)
    assert len(found.links) <= 7
    assert "class=" not in html
    assert "display:none" not in html


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
@pytest.mark.parametrize("layout", list(Layout))
def test_the_longest_person_stays_within_every_limit(layout: Layout, locale: str) -> None:
    """
    9,000 characters of HTML, 70 columns and four lines of text, whatever the fields hold.
    """
    long = (LONG * 9)[:300]
    brand = firm()
    wishes = replace(
        brand.signature,
        disclaimer=LocalText.of(long),
        environment=LocalText.of(long),
        certifications=(long,) * 9,
        call_text=LocalText.of(long),
    )
    brand = replace(
        brand,
        name=long,
        tagline=LocalText.of(long),
        signature=wishes,
        legal=replace(brand.legal, name=long, seat=long, register=long),
    )
    person = replace(
        staff()[0], name=long, name_local=LocalText(), role=LocalText.of(long), honorific=long, pronouns=long
    )
    made = render(brand, person, layout, locale, DAY)
    lines = made.text.splitlines()

    assert len(made.html) <= GMAIL_LIMIT
    assert max(map(width, lines)) <= COLUMNS
    if layout is not Layout.LEGAL:
        above = lines[1 : lines.index("")] if "" in lines else lines[1:]
        assert len(above) <= LINES


def test_text_begins_with_the_separator() -> None:
    """
    Two hyphens and a blank, alone on the first line (RFC 3676 section 4.3).
    """
    assert render(firm(), staff()[0], Layout.TEXT, "en", DAY).text.startswith("-- \n")


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_how_to_reach_him_stays_in_the_text_of_a_long_role(locale: str) -> None:
    """Department, site and the end of the role give way; the name, telephones and the address never do."""
    role = LocalText.of("Deputy head of purchasing, quality assurance and sensory evaluation of teas " * 2)
    person = replace(staff()[0], role=role, department=LocalText.of("International purchasing and quality"))
    made = render(firm(), person, Layout.TEXT, locale, DAY).text
    above = made.partition("\n\n")[0]

    assert len(above.splitlines()) <= LINES + 1
    assert person.email in above
    assert person.phone.shown in above
    assert person.mobile.shown in above
    assert "International" not in above
    assert "…" in above


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300))
def test_wrapping_loses_nothing_and_fits(line: str) -> None:
    """
    Every line fits unless it holds an address, and the words are all there.
    """
    made = list(wrapped(line))

    assert "".join(made).replace(" ", "") == line.replace(" ", "")
    assert all(width(one) <= COLUMNS or "://" in one for one in made)


def test_a_right_to_left_language_mirrors_the_table() -> None:
    """
    The bar stands on the right, numbers stay left to right.
    """
    html = render(firm(), staff()[0], Layout.BAR, "ar", DAY).html

    assert 'dir="rtl"' in html
    assert "border-right:3px" in html
    assert '<span dir="ltr">+371 60 000 001</span>' in html


def test_a_banner_is_shown_only_on_its_days() -> None:
    """
    The day after its end it is gone.
    """
    brand = firm()

    assert "spring.png" in render(brand, staff()[0], Layout.BANNER, "en", date(2027, 3, 31)).html
    assert "spring.png" not in render(brand, staff()[0], Layout.BANNER, "en", date(2027, 4, 1)).html


@pytest.mark.parametrize("layout", ["line", "bar", "logo-left", "logo-top", "photo", "card-qr"])
def test_a_banner_stands_below_the_brands_own_layout(layout: str) -> None:
    """
    Whichever layout the brand has; no other layout shows it.
    """
    brand = firm(BRAND.replace("[signature]", f'[signature]\nlayout = "{layout}"'))
    own = render(brand, staff()[0], Layout(layout), "en", DAY).html
    with_banner = render(brand, staff()[0], Layout.BANNER, "en", DAY).html

    assert "spring.png" not in own
    assert Structure(own).text.split() == Structure(with_banner).text.split()
    assert "spring.png" in with_banner


def test_two_languages_stand_one_above_the_other() -> None:
    """
    Names in both, the particulars once, within the limits.
    """
    brand = firm(BRAND.replace("[signature]", "[signature]\nbilingual = true"))
    files = dict(person_files(brand, staff()[0], Wishes(DAY)))
    html = files["signatures/people/anna/en-ru/bar.gmail.html"].decode()

    assert html.index("Anna Bērziņa") < html.index("Анна Берзиня")
    assert html.count("40203000000") == 1
    assert len(html) <= GMAIL_LIMIT
    assert all(
        width(line) <= COLUMNS for line in files["signatures/people/anna/en-ru/bar.txt"].decode().splitlines()
    )


def test_empty_fields_leave_nothing_behind() -> None:
    """
    A person with nothing but a name has no empty line, separator or link.
    """
    brand = firm('[brand]\nname="A"\ndomain="a.example"\n[colors]\nprimary="teal"')
    for layout in Layout:
        made = render(brand, Person(id="b", name="B"), layout, "en", DAY)

        assert not re.search(r"<(div|span|b)(\s[^>]*)?></", made.html)
        assert "&middot; </span></div>" not in made.html
        assert "None" not in made.html + made.text
        assert all(line.strip() for line in made.text.splitlines()[1:])


HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</td></table>",
            '" onmouseover="x',
            "' onload='x",
            "{{ 7*7 }}",
            "{% for i in c %}",
            "{# #}",
            "&amp;",
            "&lt;",
            "\\par}",
            "{\\field}",
            "\\'41",
            "'; Remove-Item x; '",
            "\u2019; calc; \u2018",
            "$(calc)",
            "`calc`",
            "%%Title%%",
            '"];alert(1)',
            "\\n\\r",
            "=1+1",
            "BEGIN:VCARD",
            ";,:",
            "]]>",
            "-->",
            ' class="ms-bar"',
            "Пётр",
            "𝔘",
        ]
    ),
    min_size=1,
    max_size=4,
).map("".join)


def _whole(text: str) -> str:
    """Text whose characters beyond the first plane came in two halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def _hyperlinks(rtf: bytes) -> int:
    """Links of a document but for the call to action, which gives way where texts are long."""
    return rtf.count(b"HYPERLINK") - rtf.count(b"fern.example/visit")


def _hostile(text: str) -> tuple[object, Person]:
    brand = firm()
    brand = replace(
        brand,
        name=text,
        name_local=LocalText(),
        tagline=LocalText.of(text),
        legal=replace(brand.legal, name=text, register=text, number=text, directors=(text,)),
        signature=replace(
            brand.signature,
            disclaimer=LocalText.of(text),
            environment=LocalText.of(text),
            certifications=(text,),
            call_text=LocalText.of(text),
        ),
    )
    person = replace(
        staff()[0],
        name=text,
        name_local=LocalText(),
        honorific=text,
        pronouns=text,
        role=LocalText.of(text),
        department=LocalText.of(text),
    )
    return brand, person


@given(HOSTILE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_becomes_markup_in_any_layout(text: str) -> None:
    """
    The tags are those of a harmless person, and the text is read as it was written.
    """
    brand, person = _hostile(text)
    plain_brand, plain_person = _hostile("Harmless")
    for layout in Layout:
        found = Structure(render(brand, person, layout, "en", DAY, limit=10**6, most=10**6).html)  # type: ignore[arg-type]
        plain = Structure(render(plain_brand, plain_person, layout, "en", DAY, limit=10**6, most=10**6).html)  # type: ignore[arg-type]

        assert [t for t in found.tags if t[0] != "br"] == [t for t in plain.tags if t[0] != "br"]
        if layout is not Layout.TEXT:
            assert text in found.text


@given(HOSTILE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_gets_out_of_any_file(text: str) -> None:
    """
    Scripts, RTF, JSON, preferences, MIME parts and cards keep their shape.
    """
    import vobject
    from striprtf.striprtf import rtf_to_text

    brand, person = _hostile(text)
    plain_brand, plain_person = _hostile("Harmless")
    wishes = Wishes(DAY)
    try:
        files = dict(person_files(brand, person, wishes))  # type: ignore[arg-type]
    except InputError:  # too high for a signature
        assume(False)
    plain = dict(person_files(plain_brand, plain_person, wishes))  # type: ignore[arg-type]

    assert files.keys() == plain.keys()
    for name, data in files.items():
        if name.endswith((".ps1", ".sh")):
            assert plain[name] == data
        if name.endswith(".rtf"):
            assert text in _whole(rtf_to_text(data.decode("ascii")))
            assert _hyperlinks(data) == _hyperlinks(plain[name])
        if name.endswith("user.js"):
            assert data.count(b"\n") == plain[name].count(b"\n")
            assert isinstance(json.loads(data.decode().split("htmlSigText", 1)[1][3:].split(");\n")[0]), str)
        if name.endswith(".mailsignature"):
            assert data.split(b"\n\n", 1)[0] == plain[name].split(b"\n\n", 1)[0]
            assert data.isascii()
        if name.endswith(".vcf"):
            assert vobject.readOne(data.decode()).fn.value == text
        if name.endswith("install.html"):
            assert [t for t in Structure(data.decode()).tags if t[0] == "script"] == [("script", ())]


@given(HOSTILE)
@settings(max_examples=25, deadline=None)
def test_no_brand_starts_a_token_of_exchange(text: str) -> None:
    """
    Exchange finds its own two tokens and no other, within its limit.
    """
    brand, _ = _hostile(text)
    html = transport_rule(brand, Wishes(DAY))  # type: ignore[arg-type]

    assert html.count("%%") == 4
    assert html.count("%%DisplayName%%") == html.count("%%Title%%") == 1
    assert len(html) <= 4_800


@given(st.text(max_size=40))
def test_a_quoted_text_is_one_literal(text: str) -> None:
    """
    No quotation mark of either kind of script ends the literal early.
    """
    inner = power_shell(text)[1:-1]
    for mark in "'\u2018\u2019\u201a\u201b":
        inner = inner.replace(mark * 2, "")

    assert not set(inner) & set("'\u2018\u2019\u201a\u201b\r\n")
    assert not set(shell(text)[1:-1].replace("'\\''", "")) & set("'\r\n")


def test_a_shell_reads_a_quoted_text_back() -> None:
    """
    A real shell prints what was quoted.
    """
    import shutil
    import subprocess

    if shutil.which("sh") is None:
        pytest.skip("no POSIX shell here")
    text = 'a\'b $(calc) `x` \\ "c" Пётр'
    done = subprocess.run(["sh", "-c", f"printf %s {shell(text)}"], capture_output=True, check=True)

    assert done.stdout.decode() == text


def test_scripts_of_the_shell_are_whole() -> None:
    """
    A shell parses them.
    """
    import shutil
    import subprocess

    if shutil.which("sh") is None:
        pytest.skip("no POSIX shell here")
    files = dict(person_files(firm(), staff()[0], ALL)) | dict(team_files(firm(), staff(), ALL))
    for name, data in files.items():
        if name.endswith(".sh"):
            done = subprocess.run(["sh", "-n"], input=data, capture_output=True)

            assert (done.returncode, done.stderr) == (0, b"")


def test_files_of_one_person_have_safe_names_and_say_the_same() -> None:
    """
    No path part leads elsewhere; HTML, RTF and text name the same person and numbers.
    """
    from striprtf.striprtf import rtf_to_text

    files = dict(person_files(firm(), staff()[0], ALL))
    base = "signatures/people/anna/ru/outlook/anna-bar-ru"
    html = Structure(files[f"{base}.htm"].decode()).text
    rtf = rtf_to_text(files[f"{base}.rtf"].decode("ascii"))
    text = files[f"{base}.txt"].decode("utf-8-sig")

    assert all(re.fullmatch(r"[A-Za-z0-9_./-]+", name) and ".." not in name for name in files)
    for part in ("Анна Берзиня", "Папоротник", "+371 60 000 001", "anna@fern.example"):
        assert part in html
        assert part in rtf
        assert part in text


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
def test_a_file_for_apple_mail_is_a_message(layout: Layout) -> None:
    """
    Python's own reader finds no fault in it, and its body is the signature.
    """
    import email
    import email.policy

    files = dict(person_files(firm(), staff()[0], Wishes(DAY, (layout,))))
    found = [data for name, data in files.items() if name.endswith(".mailsignature")]
    for data in found:
        message = email.message_from_bytes(data, policy=email.policy.default)

        assert [] == list(message.defects)
        assert ("text/html", "utf-8") == (message.get_content_type(), message.get_content_charset())
        assert [] == Structure(message.get_content()).open
        assert "+371 2" in message.get_content() or "anna@" in message.get_content() or layout is Layout.LEGAL
    assert found


@pytest.mark.real
def test_another_reader_of_rtf_says_the_same(tmp_path: Path) -> None:
    """
    unrtf shows the words of Outlook's RTF, Cyrillic ones too.
    """
    import html
    import subprocess

    files = dict(person_files(firm(), staff()[0], ALL))
    path = tmp_path / "signature.rtf"
    for locale, name in (("ru", "Анна Берзиня"), ("en", "Head of sales")):
        path.write_bytes(files[f"signatures/people/anna/{locale}/outlook/anna-bar-{locale}.rtf"])
        command = [require("unrtf", "unrtf"), "--nopict", "--html", str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        said = html.unescape(done.stdout).replace("\u00a0", " ")

        assert name in said
        assert "+371 60 000 001" in said


def test_files_for_administrators_are_whole() -> None:
    """
    Bodies are JSON, everybody with an address is named once, the rule knows its marker.
    """
    files = dict(team_files(firm(), staff(), ALL))
    admin = "signatures/admin"
    rows = files[f"{admin}/google-workspace/people.tsv"].decode().splitlines()
    marked = files[f"{admin}/exchange/transport-rule.html"].decode()

    assert [row.split("\t")[1] for row in rows] == ["anna@fern.example", "support@fern.example"]
    assert "signature" in json.loads(files[f"{admin}/google-workspace/anna.json"])
    assert [p["id"] for p in json.loads(files[f"{admin}/exchange/people.json"])] == ["anna", "support"]
    assert marker(firm()) in marked
    assert marker(firm()) in files[f"{admin}/exchange/transport-rule.ps1"].decode("utf-8-sig")


def test_particulars_that_a_country_asks_for_are_named() -> None:
    """
    A German firm without its register is told; a whole one is not.
    """
    german = firm(
        BRAND.replace('register = "Commercial Register of Latvia"', 'country = "DE"\nregister = ""')
    )
    whole = replace(german, legal=replace(german.legal, seat="Berlin", register="Amtsgericht Berlin"))

    assert {"seat", "register"} == {asked.key for asked in legal.missing(german)}
    assert any("HGB" in note for note in notes(german))
    assert not legal.missing(whole)


@pytest.mark.parametrize(
    ("locale", "hours", "expected"),
    [
        ("en", 1, "We answer within 1 hour"),
        ("en", 24, "We answer within 24 hours"),
        ("ru", 1, "Отвечаем в течение 1 часа"),
        ("ru", 2, "Отвечаем в течение 2 часов"),
        ("ru", 21, "Отвечаем в течение 21 часа"),
        ("ru", 24, "Отвечаем в течение 24 часов"),
    ],
)
def test_the_promise_counts_as_the_language_does(locale: str, hours: int, expected: str) -> None:
    """
    Plural forms are those of CLDR.
    """
    assert expected == promised(locale, hours)


@pytest.mark.parametrize("kind", ["words", "install"])
def test_every_language_has_every_word(kind: str) -> None:
    """
    No language lacks a key that English has.
    """
    assert spoken() == ("en", "ru")
    assert words("en", kind).keys() == words("ru", kind).keys()
    if kind == "install":
        for one, other in zip(words("en", kind)["client"], words("ru", kind)["client"], strict=True):
            assert (one["id"], one.get("copy"), len(one["steps"])) == (
                other["id"],
                other.get("copy"),
                len(other["steps"]),
            )


@pytest.mark.real
def test_a_qr_code_is_read_from_its_picture() -> None:
    """
    A reader of codes finds the address of the contact card.
    """
    import subprocess
    import tempfile

    zbarimg = require("zbarimg", "zbar-tools")
    png = dict(person_files(firm(), staff()[0], Wishes(DAY)))["signatures/people/anna/qr.png"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "qr.png"
        path.write_bytes(png)
        done = subprocess.run([zbarimg, "-q", "--raw", str(path)], capture_output=True, check=True)

    assert done.stdout.decode().strip() == "https://fern.example/mail/cards/anna.vcf"


def test_a_banner_without_a_picture_is_none() -> None:
    """
    An empty table shows nothing.
    """
    assert not Banner().shown_on(DAY)
