"""Every page of the kit before the Nu HTML Checker, the validator of the W3C: no error."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.servers import require
from tests.servers.npm import npm_package

from .shipped import LOCALES, Shipped

pytestmark = pytest.mark.real

# What mail programs need and no browser knows: each with the program it is there for.
FOR_MAIL = (
    r"Attribute “xmlns:[vo]” not allowed here\.",  # Word: VML buttons, and pixels that stay pixels at 120 dpi
    r"CSS: “mso-[a-z-]+”: Property “mso-[a-z-]+” doesn't exist\.",  # Word: line heights as they are written
    r"CSS: “supported-color-schemes”: Property .* doesn't exist\.",  # Apple Mail before it knew color-scheme
)
# The address of a blank model is still to be written: the marker stands where the fill-in form puts it.
TO_FILL = r"Bad value “\[\[(fill|впишите): [^“”\[\]]+\]\]” for attribute “href” on element “a”"
# Layout by table attributes is obsolete on the web, and all that Word understands (a warning, not an error).
FOR_WORD = (
    r"The “(cellpadding|cellspacing|border|width|align|valign|height|bgcolor)” attribute on the “\w+” element"
)
# A reply looks typed: its subject is its title. JSON in a script element is data, which no policy need allow.
NO_FAULT = (
    r"This document has heading elements but none .* level of 1\.|Inline script violates Content Security"
)
PASTED = '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><title>-</title></head><body>\n{}</body></html>'


def _pages(sample: Shipped) -> Iterator[tuple[str, str]]:
    """
    Every HTML that a build writes, and the gallery: letters, blank models, exports, signatures, pages for people.

    What is pasted or handed to a program's interface is no document of its own: it stands inside one here.
    """
    yield "gallery", sample.gallery.read_text(encoding="utf-8")
    for path in sorted((sample.folder / "kit").rglob("*.htm*")):
        name = path.relative_to(sample.folder / "kit").as_posix()
        text = path.read_text(encoding="utf-8")
        locale = next((part for part in re.split(r"[/.]", name) if part in LOCALES), "en")
        begins = text.lstrip("\ufeff \n").lower()
        if begins.startswith("<html"):  # files for Outlook begin as Word's own do
            yield name, f"<!DOCTYPE html>\n{text}"
        else:
            yield name, text if begins.startswith("<!doctype") else PASTED.format(locale, text)
    yield from _handed_over(sample.folder / "kit" / "exports")


def _handed_over(exports: Path) -> Iterator[tuple[str, str]]:
    """The HTML inside of JSON, CSV and XML for other programs: each text inside a page."""
    for path in sorted(exports.rglob("*.json")):
        for number, text in enumerate(_texts(json.loads(path.read_text(encoding="utf-8")))):
            locale = path.stem.rpartition(".")[2]
            name = f"{path.relative_to(exports).as_posix()} {number}"
            yield name, PASTED.format(locale if locale in LOCALES else "en", text)
    for path in sorted(exports.rglob("*.xml")):
        for number, one in enumerate(ElementTree.parse(path).iter("body")):
            yield f"{path.name} {number}", PASTED.format(path.stem[-2:], one.text or "")


def _texts(data: Any) -> Iterator[str]:
    """Every text in a JSON document that is HTML."""
    if isinstance(data, str):
        if re.match(r"<(?:p|h[1-6]|ul|ol|div|table|blockquote)\b", data):
            yield data
    elif isinstance(data, list | dict):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)


def _validated(pages: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """What the checker says, each message with the page's name."""
    jar = npm_package("vnu-jar") / "build" / "dist" / "vnu.jar"
    java = require("java", "default-jre-headless")
    names = {}
    for number, (name, text) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(text, encoding="utf-8", newline="\n")
        names[file.name] = name
    command = [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    (folder / "report.json").write_text(
        done.stderr, encoding="utf-8", newline="\n"
    )  # pytest keeps it a while
    said: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [{**message, "page": names[message["url"].rpartition("/")[2]]} for message in said]


def test_the_validator_finds_no_error(sample: Shipped, tmp_path: Path, score: Any) -> None:
    """
    Nothing is wrong but what mail programs need; nothing is obsolete but what Word needs.
    """
    pages = dict(_pages(sample))
    said = _validated(pages, tmp_path)
    errors = [
        m
        for m in said
        if m["type"] != "info"
        and not re.match("|".join(FOR_MAIL), m["message"])
        and not (m["page"].startswith("models/") and re.match(TO_FILL, m["message"]))
    ]
    warned = [
        m
        for m in said
        if m.get("subType") == "warning" and not re.match(f"{FOR_WORD}|{NO_FAULT}", m["message"])
    ]
    score(f"html: {len(pages)} pages of the kit, {len(errors)} errors by the Nu HTML Checker")

    kinds = ("letters/", "models/", "signatures/", "frappe/", "zendesk/", "freshdesk/", "gorgias/")
    assert [] == [
        k for k in (*kinds, "letters-ru.xml", "letters.json") if not any(k in name for name in pages)
    ]
    assert 500 < len(pages)
    assert [] == [f"{m['page']}: {m['message']}" for m in errors]
    assert [] == [f"{m['page']}: {m['message']}" for m in warned]


def test_the_validator_does_find_errors(tmp_path: Path) -> None:
    """
    A page that a browser mends in silence is not valid.
    """
    broken = PASTED.format("en", '<img src="a.png"><a href="a b">y</a><b><i>w</b></i>')
    said = " ".join(m["message"] for m in _validated({"broken": broken}, tmp_path) if m["type"] == "error")

    assert ["alt", "href", "violates nesting rules"] == [
        words for words in ("alt", "href", "violates nesting rules") if words in said
    ]
