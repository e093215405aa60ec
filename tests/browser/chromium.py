"""Chromium as a reader of reports: pages from disk, everything it says and every request it makes remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers import require

PHONE, DESK = 375, 1280
HEIGHT = 900
VIOLATIONS = """options => axe.run(options).then(
  found => found.violations.flatMap(one => one.nodes.map(node => [one.id, node.html])))"""


class Chromium:
    """A running browser; ``page`` is its one window for all documents that ask for nothing but a width and a scheme."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._page: Any = None

    def new_page(self, width: int, scheme: str, **more: Any) -> Any:
        """A page in a context of its own, to be closed with it: half a second of a processor."""
        view = {"width": width, "height": HEIGHT}
        return self._browser.new_context(
            viewport=view, color_scheme=scheme, reduced_motion="reduce", **more
        ).new_page()

    @contextmanager
    def page(
        self, width: int, scheme: str, on: Mapping[str, Any] | None = None, permissions: Sequence[str] = ()
    ) -> Iterator[Any]:
        """
        The one window, empty, with this width and scheme; ``on`` are who listens while it is used.

        Afterwards nobody listens or answers requests, and the document is gone; documents here keep nothing in the
        browser (a test of the house says so of every page that is made).
        """
        if self._page is None:
            self._page = self.new_page(width, scheme)
        page = self._page
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme, media="null")
        if permissions:
            page.context.grant_permissions(list(permissions))
        for event, listener in (on or {}).items():
            page.on(event, listener)
        try:
            yield page
        finally:
            page.context.clear_permissions()
            for event, listener in (on or {}).items():
                page.remove_listener(event, listener)
            page.unroute_all()
            page.goto("about:blank")


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A running browser: Debian's, driven by Playwright; it has no way to the world beyond the pages it is given."""
    from playwright.sync_api import sync_playwright

    path = require("chromium", "chromium")
    blocked = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"]
    sandbox = [] if os.name != "posix" or os.getuid() else ["--no-sandbox"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*blocked, *sandbox])
        try:
            yield Chromium(browser)
        finally:
            browser.close()


def violations(page: Any, without: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What axe-core finds wrong on a page: rule and element; ``without`` are rules that are not for it."""
    if page.evaluate("typeof axe") == "undefined":  # it outlives ``set_content``
        page.evaluate(_axe())
    options = {"rules": {rule: {"enabled": False} for rule in without}, "resultTypes": ["violations"]}
    return [(rule, html) for rule, html in page.evaluate(VIOLATIONS, options)]


def _axe() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    return str(AXE_SCRIPT)


class Reader:
    """One page as somebody reads it; ``said`` are console messages and faults, ``asked`` what it wanted of others."""

    def __init__(
        self,
        browser: Chromium,
        file: Path,
        width: int = DESK,
        scheme: str = "light",
        permissions: Sequence[str] = (),
        **more: Any,
    ) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self._until = ExitStack()
        on = {
            "console": lambda message: self.said.append(message.text),
            "pageerror": lambda fault: self.said.append(str(fault)),
            "request": self._note,
        }
        if more:
            self.page = browser.new_page(width, scheme, permissions=list(permissions), **more)
            self._until.callback(self.page.context.close)
            for event, listener in on.items():
                self.page.on(event, listener)
        else:
            self.page = self._until.enter_context(browser.page(width, scheme, on, permissions))
        self.page.goto(file.as_uri())

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.asked.append(request.url)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._until.close()

    def level(self, name: str) -> None:
        """Chooses for whom the report is written."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def violations(self) -> list[str]:
        """What axe-core finds wrong for people who see, hear or move differently."""
        return [f"{rule}: {html[:160]}" for rule, html in violations(self.page)]

    def too_wide(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
