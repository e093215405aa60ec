"""`kit lint --spamd` and `--rspamd` say what the real filters say; without them the rules are not judged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailsetup.edge import spam_filters
from mailsetup.model.errors import UsageError
from mailsetup.run.kit_lint import LintSettings, lint_bytes
from tests.cli.command import mailsetup
from tests.servers.filters import Judge, rspamd, spamassassin

from .conftest import Filter

BAD = sorted((Path(__file__).parent / "bad_letters").glob("*.eml"))
GOOD = (
    "From: Fern <support@fern.example>\nTo: Anna <anna@example.com>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n"
    "Message-ID: <1042@fern.example>\nMIME-Version: 1.0\nSubject: Order 1042 is on its way\n\n"
    "Hello Anna,\n\nyour order 1042 left us today.\n\nBest wishes,\nBoris\nFern & Co support\n"
)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Somebody on loopback who says one thing to whoever asks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.real
@pytest.mark.parametrize(("program", "rule"), [(spamassassin, "SPM-01"), (rspamd, "SPM-02")])
def test_real_filters_are_asked(
    program: Filter, rule: str, judge_of: Callable[[Filter], Judge], tmp_path: Path
) -> None:
    """A bad letter is an error with the filter's rules, a good one passes."""
    (tmp_path / "good.eml").write_text(GOOD, encoding="utf-8", newline="\n")
    (tmp_path / "bad.eml").write_bytes(BAD[0].read_bytes())
    option = {"SPM-01": "--spamd", "SPM-02": "--rspamd"}[rule]
    asked = (option, f"127.0.0.1:{judge_of(program).port}")
    done = mailsetup("kit", "lint", "good.eml", "bad.eml", *asked, "--format", "json", folder=tmp_path)
    verdicts = [
        next(v for v in report["verdicts"] if v["check"] == rule)
        for report in json.loads(done.out)["reports"]
    ]

    assert ["pass", "fail"] == [v["status"] for v in verdicts]
    assert "error" == verdicts[1]["findings"][0]["severity"]


def test_filters_that_were_not_asked_judge_nothing() -> None:
    """Silence is no praise."""
    verdicts = {v.check: v for v in lint_bytes("a.eml", GOOD.encode()).report.verdicts}

    assert {"not_applicable"} == {verdicts[id].status.value for id in ("SPM-01", "SPM-02")}
    assert "--spamd" in str(verdicts["SPM-01"].reason)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 9999,
                                    b"SPAMD/1.1 76 EX_PROTOCOL\r\n\r\n", b"\xff\xfe\x00" * 100])  # fmt: skip
def test_whoever_else_answers_is_named(answer: bytes) -> None:
    """One sentence with the option, never a traceback."""
    for name, ask in (("spamd", spam_filters.spamassassin), ("rspamd", spam_filters.rspamd)):
        with answering(answer) as address, pytest.raises(UsageError, match=f"--{name} 127"):
            ask(address, GOOD.encode())


@pytest.mark.parametrize(
    "address", ["127.0.0.1:\u00b2", "", "nobody", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:1", ":783"]
)
def test_an_address_that_cannot_be_asked_is_named(address: str) -> None:
    """Before or after trying."""
    with pytest.raises(UsageError, match="--spamd"):
        spam_filters.spamassassin(address, b"")


def test_only_messages_are_sent() -> None:
    """A text is no message; nobody is asked about it."""
    report = lint_bytes("a.txt", b"Hello", LintSettings(spamd="127.0.0.1:1")).report

    assert "not_applicable" == next(v for v in report.verdicts if v.check == "SPM-01").status.value
