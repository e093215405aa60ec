"""`python -OO` takes docstrings out of a program; here they are texts for users, and stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command import mailsetup, zone


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "spf/multiple-records"),
        ("explain", "message/unsigned"),
        ("explain", "ETI-02"),
        ("audit", "--help"),
        ("--help",),
        ("kit", "--help"),
        ("audit", "--help", "--lang", "ru"),
        ("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "csv"),
        ("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "sarif"),
    ],
)
def test_an_optimized_python_says_the_same(command: tuple[str, ...], tmp_path: Path) -> None:
    zone(tmp_path)
    usual, optimized = (
        mailsetup(*command, folder=tmp_path, **more, SOURCE_DATE_EPOCH="1795000000")
        for more in ({}, {"PYTHONOPTIMIZE": "2"})
    )

    assert usual.code == optimized.code
    assert _timeless(usual.out) == _timeless(optimized.out)
    assert usual.err == optimized.err


def _timeless(text: str) -> list[str]:
    return [line for line in text.splitlines() if "asOf" not in line]


def test_why_a_check_does_not_apply_is_said_by_an_optimized_python_too(tmp_path: Path) -> None:
    zone(tmp_path)
    done = mailsetup(
        *("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "jsonl"),
        folder=tmp_path,
        PYTHONOPTIMIZE="2",
    )

    assert 'judged only where this holds: "' not in done.out
    assert "judged only where this holds: " in done.out
