"""Letters as text browsers show them: the same words in the same order as the text part, every sum and every link."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator

import pytest

from mailsetup.kit import plain_text, render
from mailsetup.kit.letter import NBSP, Letter
from mailsetup.kit.lookalikes import in_capitals
from tests.servers import require

from .letter_worlds import CATALOGUE, IDS, letter

pytestmark = pytest.mark.real
WIDE = 400  # columns, so that no cell of a table wraps beside another
WITH_HTML = [id for id in IDS if CATALOGUE.get(id).html]


def w3m(html: str) -> str:
    """The page as w3m dumps it."""
    command = [
        require("w3m", "w3m"),
        "-dump",
        "-T",
        "text/html",
        "-I",
        "UTF-8",
        "-O",
        "UTF-8",
        "-cols",
        str(WIDE),
        "-o",
        "display_link_number=1",  # the addresses of links below, as lynx has them
    ]
    return _run(command, html)


def lynx(html: str) -> str:
    """The page as lynx dumps it, the addresses of its links below."""
    utf8 = ["-assume_charset=utf-8", "-display_charset=utf-8"]
    return _run([require("lynx", "lynx"), "-dump", "-stdin", "-force_html", *utf8, f"-width={WIDE}"], html)


def _run(command: list[str], html: str) -> str:
    done = subprocess.run(command, input=html.encode(), capture_output=True, timeout=60, check=True)
    return done.stdout.decode("utf-8")


def _words(text: str) -> Iterator[str]:
    """Words and sums; no rules, bullets, numbers of links or of steps, and no addresses of the web."""
    for word in text.replace(NBSP, " ").split():
        bare = re.sub(r"^\[\d+\]", "", word).strip("*-+>|:.,;!?…—–·\"'()«»“”‘’").removesuffix(":")
        if bare and not re.match(r"https?:|mailto:|tel:|\d{1,2}\Z", bare):
            yield bare


def _missing(made: Letter, shown: str) -> list[str]:
    """The words of the text that a reader of ``shown`` does not come by, reading on from the one before."""
    text = "\n".join(line.text for line in plain_text.of_blocks(made.blocks))
    rest = iter(_words(shown))
    return [word for word in _words(text) if not any(word == other for other in rest)][:3]


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("browser", [w3m, lynx])
def test_a_text_browser_shows_the_letter_in_order(browser: Callable[[str], str], locale: str) -> None:
    """
    Every word of every letter's text part, greeting to closing, stands in the dump of its HTML in that order.
    """
    made = {id: letter(id, locale) for id in WITH_HTML}
    lost = {id: _missing(one, browser(render.html(one))) for id, one in made.items()}

    assert {} == {id: words for id, words in lost.items() if words}


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("browser", [w3m, lynx])
def test_every_link_and_every_sum_is_there(browser: Callable[[str], str], locale: str) -> None:
    """
    Each address of the text part is among the links, the button's too; each amount with a currency in the text.
    """
    for id in WITH_HTML:
        made = letter(id, locale)
        text, shown = plain_text.write(made), browser(render.html(made)).replace(NBSP, " ")
        links = re.findall(r"https://\S+", text)
        sums = re.findall(r"[\d.,]+[ \u00a0]?[₽€$£]|[₽€$£][\d.,]+", text.replace(NBSP, " "))

        assert (id, []) == (id, [link for link in links if in_capitals(link) not in in_capitals(shown)])
        assert (id, []) == (id, [amount for amount in sums if amount not in shown])
