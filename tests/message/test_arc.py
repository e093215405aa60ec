"""ARC chains: the suite of others, and what breaks a chain."""

from __future__ import annotations

import yaml

from mailsetup.message.arc import arc_result
from mailsetup.message.fields import read_message
from tests.corpora import corpus

from .suites import Texts

CHAIN_OVER = ""
"""The suite gives no word for a chain that a hop before declared broken; RFC 8617 section 5.2 says fail."""


def test_every_case_of_the_arc_suite(score):
    """
    Chains pass, fail or are none as the suite says.
    """
    text = corpus("arc/arc-draft-validation-tests.yml").read_text(encoding="utf-8")
    right, wrong = 0, []
    for suite in yaml.safe_load_all(text):
        for name, case in suite["tests"].items():
            world = Texts(suite["txt-records"])
            found = world.read(arc_result(read_message((case["message"] or "").encode("utf-8"))))
            expected = "fail" if case["cv"] == CHAIN_OVER else case["cv"].lower()
            if expected == found.result:
                right += 1
            else:
                wrong.append((name, expected, found.result, str(found.reason)))
    score(f"ARC validation suite: {right} of {right + len(wrong)}")

    assert [] == wrong
