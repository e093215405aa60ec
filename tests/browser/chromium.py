"""Chromium as a reader of reports: pages from disk, everything it says and every request it makes remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import require

PHONE, DESK = 375, 1280
HEIGHT = 900


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser: Debian's, driven by Playwright; it has no way to the world beyond the pages it is given."""
    from playwright.sync_api import sync_playwright

    path = require("chromium", "chromium")
    blocked = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"]
    sandbox = [] if os.name != "posix" or os.getuid() else ["--no-sandbox"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*blocked, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


class Reader:
    """One page as somebody reads it; ``said`` are console messages and faults, ``asked`` what it wanted of others."""

    def __init__(
        self, browser: Any, file: Path, width: int = DESK, scheme: str = "light", **more: Any
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, reduced_motion="reduce", **more
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda fault: self.said.append(str(fault)))
        self.page.on("request", self._note)
        self.page.goto(file.as_uri())

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.asked.append(request.url)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def level(self, name: str) -> None:
        """Chooses for whom the report is written."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def violations(self) -> list[str]:
        """What axe-core finds wrong for people who see, hear or move differently."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]

    def too_wide(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
