"""The gallery: one page, no network, no way out of its data, all letters in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from mailsetup.edge.page_server import server
from mailsetup.model.brand import Brand, LocalText, Person
from mailsetup.run.kit_preview import preview_page
from tests.kit.lint_world import TODAY, firm

ANNA = Person("anna", "Anna Weber", "anna@fern.example", role=LocalText.of("Sales"))


def gallery(brand: Brand | None = None, person: Person = ANNA) -> str:
    """The page of a firm and one person."""
    return preview_page(brand or firm(), (person,), day=TODAY)


def data(page: str) -> dict[str, list[dict[str, str]]]:
    """What is embedded in the page."""
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert match is not None
    found: dict[str, list[dict[str, str]]] = json.loads(match[1])
    return found


def test_every_letter_and_layout_is_in_the_page() -> None:
    """51 letters and eleven signatures in both languages."""
    found = data(gallery())

    assert 102 == len(found["letters"])
    assert 22 == len(found["signatures"])
    assert all("form" in letter and letter["subject"] for letter in found["letters"])


def test_the_policy_allows_its_own_script_and_nothing_else() -> None:
    """The policy forbids every request and names the hash of the one script."""
    page = gallery()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert not re.search(
        r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?!data:)', page.partition('id="data"')[0]
    )


def test_a_hostile_name_stays_data() -> None:
    """What a brand or person is called cannot end the element it stands in."""
    nasty = "</script><script>alert(1)</script>@@script@@"
    page = gallery(replace(firm(), name=nasty), replace(ANNA, name=nasty))

    assert 2 == len(re.findall(r"<script\b", page))
    assert "<script>alert" not in page


def test_the_page_is_served_only_to_this_machine_by_its_own_name() -> None:
    """Another host's name and another path are refused."""
    with server(b"<p>gallery</p>") as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{one.server_address[1]}/"
        got = urllib.request.urlopen(address, timeout=5).read()
        refused = []
        for request in (
            urllib.request.Request(address, headers={"Host": "evil.example"}),
            urllib.request.Request(address + "etc"),
        ):
            with pytest.raises(urllib.error.HTTPError) as fault:
                urllib.request.urlopen(request, timeout=5)
            refused.append(fault.value.code)
        one.shutdown()

    assert b"<p>gallery</p>" == got
    assert [404, 404] == refused
