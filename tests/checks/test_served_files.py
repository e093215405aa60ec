"""Files that others fetch, served by a real HTTPS server well and badly: what the checks make of each manner."""

from __future__ import annotations

import asyncio
import gzip
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailsetup.edge.drive import collect
from mailsetup.edge.source import Pending
from mailsetup.edge.web import Web
from mailsetup.grammar.pacc import pacc_record
from mailsetup.model.case import Case, Scope, arguments
from mailsetup.model.dns import Question, WebQuestion
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.servers.certificates import Made, pem_of_mark
from tests.servers.https import Page, https
from tests.zones import AS_OF, ClosedWorld, world

LATER = datetime(2036, 1, 1, tzinfo=UTC)
HOSTS = ("example.com", *(f"{label}.example.com" for label in ("mta-sts", "ua-auto-config", "autoconfig")))
SOUND = Made(HOSTS, LATER)
OPTIONS = frozenset({"deep", "web"})
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64">'
    "<title>E</title></svg>"
)
STS, PACC, SVG, MARK, AUTOCONFIG = (
    "/.well-known/mta-sts.txt",
    "/.well-known/user-agent-configuration.json",
    "/logo.svg",
    "/mark.pem",
    "/mail/config-v1.1.xml",
)
GOOD = {
    STS: Page(body=b"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n"),
    PACC: Page(
        kind="application/json",
        body=b'{"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}',
    ),
    SVG: Page(kind="image/svg+xml", body=LOGO.encode()),
    MARK: Page(kind="application/x-pem-file", body=pem_of_mark(["example.com"], LATER, LOGO)),
    AUTOCONFIG: Page(
        kind="text/xml",
        body=b'<clientConfig version="1.1"><emailProvider id="example.com">'
        b'<incomingServer type="imap"/><outgoingServer type="smtp"/></emailProvider></clientConfig>',
    ),
}
ZONE = """
example.com.                 MX   10 mail.example.com.
example.com.                 A    127.0.0.1
mail.example.com.            A    127.0.0.1
example.com.                 TXT  "v=spf1 mx -all"
_dmarc.example.com.          TXT  "v=DMARC1; p=reject"
_smtp._tls.example.com.      TXT  "v=TLSRPTv1; rua=mailto:tls@example.com"
_mta-sts.example.com.        TXT  "v=STSv1; id=1"
mta-sts.example.com.         A    127.0.0.1
ua-auto-config.example.com.  A    127.0.0.1
autoconfig.example.com.      A    127.0.0.1
default._bimi.example.com.   TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
"""
SUBJECTS = (
    "transport/sts-",
    "clients/configuration-",
    "clients/autoconfig-",
    "bimi/certificate-",
    "bimi/logo-",
)
CHECKS = tuple(
    c for c in all_checks() if c.id.startswith(SUBJECTS) and c.id not in ("transport/sts-mx-certificate",)
)
TIME_LIMIT = 2.0  # seconds; the other files must come within it on a busy machine too


class Loopback:
    """Names from a fragment, files from this machine's own server."""

    def __init__(self, names: ClosedWorld, web: Web) -> None:
        self.names, self.web = names, web

    def ask(self, question: Question) -> Pending:
        return self.web.ask(question) if isinstance(question, WebQuestion) else self.names.answer(question)


def judged(port: int, digest_of: bytes) -> dict[str, Verdict]:
    """Every check of the files, on what the server at this port shows."""
    names = world(f'{ZONE}\n_ua-auto-config.example.com. TXT "{pacc_record(digest_of)}"')
    scope = Scope("example.com", options=OPTIONS)
    walks = dict.fromkeys(walk for check in CHECKS for walk in check.reads)

    async def run() -> Case:
        web = Web(names.answer, time_limit=TIME_LIMIT, connect_limit=TIME_LIMIT, port=port)
        try:
            found = await collect(
                {(walk,): walk(*arguments(walk, scope)) for walk in walks}, Loopback(names, web)
            )
        finally:
            await web.close()
        assert {} == found.faults
        return Case(scope, Snapshot("example.com", AS_OF, found.answers, "loopback"), dict(found.results))

    return {verdict.check: verdict for verdict in judge(asyncio.run(run()), CHECKS)}


def verdicts(
    tmp: Path,
    patch: pytest.MonkeyPatch,
    changed: dict[str, Page | None] | None = None,
    made: Made = SOUND,
    digest_of: bytes | None = None,
) -> dict[str, Verdict]:
    """A sound domain's files with some of them changed (None: not there), behind this certificate."""
    pages = {path: page for path, page in {**GOOD, **(changed or {})}.items() if page is not None}
    with https(pages, made, tmp) as server:
        patch.setenv("SSL_CERT_FILE", str(server.trust))
        body = pages[PACC].body if digest_of is None and PACC in pages else GOOD[PACC].body
        return judged(server.port, digest_of or body)


def failing(found: dict[str, Verdict]) -> dict[str, list[str]]:
    """What the failing checks say."""
    return {
        name: [str(finding.message) for finding in verdict.findings]
        for name, verdict in found.items()
        if verdict.status is Status.FAIL
    }


def undecided(found: dict[str, Verdict]) -> set[str]:
    """The checks that stay open."""
    assert [] == [name for name, verdict in found.items() if verdict.status is Status.CRASHED]
    return {name for name, verdict in found.items() if verdict.status is Status.INCONCLUSIVE}


def test_sound_files_are_left_in_peace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Policy, configuration, logo, mark certificate and autoconfig, each as it should be.
    """
    found = verdicts(tmp_path, monkeypatch)

    assert ({}, set()) == (failing(found), undecided(found))


MANNERS: dict[str, Page | None] = {
    "not there": None,
    "broken": Page(500, "text/html", b"sorry"),
    "moved": Page(301, location="https://www.example.net/elsewhere"),
    "huge": Page(kind="text/plain", manner="huge", size=10 * 2**20),
    "slow": Page(body=b"x", manner="slow"),
    "silent": Page(manner="silent"),
    "dripping": Page(manner="drip"),
    "junk": Page(body=b"{[[[<<<\x00\xff" * 20),
    "empty": Page(body=b""),
}
SAID = {
    "not there": "404",
    "broken": "500",
    "moved": "https://www.example.net/elsewhere",
    "huge": "65536 octets",
    "slow": "in time",
    "silent": "in time",
    "dripping": "in time",
    "junk": "",
    "empty": "",
}
BY = {
    STS: {
        **dict.fromkeys(("not there", "broken"), "transport/sts-not-served"),
        **dict.fromkeys(("slow", "silent", "dripping"), "transport/sts-slow"),
        **dict.fromkeys(("junk", "empty"), "transport/sts-policy-version"),
        "moved": "transport/sts-redirect",
        "huge": "transport/sts-large",
    },
    PACC: dict.fromkeys(MANNERS, "clients/configuration-file"),
    SVG: {**dict.fromkeys(MANNERS, "bimi/logo-profile"), "huge": "bimi/logo-size"},
    MARK: dict.fromkeys(MANNERS, "bimi/certificate-domain"),
}


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("path", BY)
def test_each_bad_manner_is_said(
    path: str, manner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One check speaks of it, in words that say what the server did, within the time there is.
    """
    began = time.monotonic()
    found = verdicts(tmp_path, monkeypatch, {path: MANNERS[manner]})
    said = failing(found)

    assert BY[path][manner] in said
    assert SAID[manner] in " ".join(said[BY[path][manner]])
    assert set() == undecided(found) & set(BY[path].values())
    assert time.monotonic() - began < TIME_LIMIT + 4


@pytest.mark.parametrize(
    ("path", "check"),
    [
        (STS, "transport/sts-certificate"),
        (PACC, "clients/configuration-file"),
        (AUTOCONFIG, "clients/autoconfig-certificate"),
        (SVG, "bimi/logo-profile"),
        (MARK, "bimi/certificate-domain"),
    ],
)
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Made(HOSTS, datetime(2026, 1, 1, tzinfo=UTC)), "it has expired"),
        (Made(("www.example.com",), LATER), "not made out to this host name"),
        (Made(HOSTS, LATER, "self"), "it is self-signed"),
    ],
)
def test_a_bad_certificate_is_said(
    path: str, check: str, made: Made, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Expired, made out to another name, signed by nobody: each file's own check names the fault.
    """
    found = verdicts(tmp_path, monkeypatch, made=made)

    assert said in " ".join(failing(found).get(check, []))
    assert set() == undecided(found)


@pytest.mark.parametrize("manner", ["breaks", "noise", "headers"])
@pytest.mark.parametrize("path", [*BY, AUTOCONFIG])
def test_a_server_that_stops_in_the_middle_leaves_it_open(
    path: str, manner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Half a file, noise and headers without end prove nothing: no new finding, the checks that wanted it stay open.
    """
    found = verdicts(tmp_path, monkeypatch, {path: GOOD[path]._replace(manner=manner)})

    assert {} == failing(found)
    assert undecided(found)


def test_nobody_there_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A refused connection is no finding about anything.
    """
    found = judged(1, GOOD[PACC].body)

    assert {} == failing(found)
    assert {"clients/configuration-file", "transport/sts-not-served", "bimi/logo-profile"} <= undecided(found)


@pytest.mark.parametrize(
    ("path", "check", "severity"),
    [
        (STS, "transport/sts-content-type", Severity.WARNING),
        (PACC, "clients/configuration-file", Severity.INFO),
        (SVG, "bimi/logo-profile", Severity.INFO),
    ],
)
def test_a_wrong_type_is_said(
    path: str, check: str, severity: Severity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where a standard demands the type it is a warning, else a note.
    """
    found = verdicts(tmp_path, monkeypatch, {path: GOOD[path]._replace(kind="text/html; charset=utf-8")})

    assert [check] == list(failing(found))
    assert [severity] == [f.severity for f in found[check].findings]
    assert "text/html" in failing(found)[check][0]


def test_a_file_changed_after_its_record_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One blank more is another digest; the record to publish is that of the file served.
    """
    changed = GOOD[PACC]._replace(body=GOOD[PACC].body + b" ")
    found = verdicts(tmp_path, monkeypatch, {PACC: changed}, digest_of=GOOD[PACC].body)
    (finding,) = found["clients/configuration-digest"].findings

    assert ["clients/configuration-digest"] == list(failing(found))
    assert finding.remedy is not None and finding.remedy.change is not None
    assert (f'"{pacc_record(changed.body)}"',) == finding.remedy.change.records


@pytest.mark.parametrize("page", [Page(body=b"", manner="silent"), Page(body=b"x", manner="slow")])
def test_an_autoconfig_file_that_does_not_come_in_time_is_of_no_use(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The host is there and takes the connection, so mail programs wait for it.
    """
    found = verdicts(tmp_path, monkeypatch, {AUTOCONFIG: page})

    assert "in time" in " ".join(failing(found).get("clients/autoconfig-malformed", []))


OPENING = '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 1 1"><title>t</title>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMBS = {
    "script": (SVG, f"{OPENING}<script>alert(1)</script></svg>".encode()),
    "handler": (SVG, f'{OPENING}<rect onload="alert(1)"/></svg>'.encode()),
    "entities": (SVG, f"{LAUGHS}]><svg>&j;</svg>".encode()),
    "outside": (SVG, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><svg>&e;</svg>'),
    "depth": (SVG, b"<g>" * 15_000),
    "packed": (SVG, gzip.compress(b"<g/>" * 5_000_000)),
    "no certificate": (
        MARK,
        b"-----BEGIN CERTIFICATE-----\n" + b"QUJD" * 1000 + b"\n-----END CERTIFICATE-----\n",
    ),
    "deep JSON": (PACC, b"[" * 60_000),
    "long number": (PACC, b'{"protocols": ' + b"9" * 60_000 + b"}"),
    "policy of one line": (STS, b"version: STSv1" + b"," * 60_000),
    "policy of many lines": (STS, b"mx: *.example.com\n" * 3000),
    "entities for programs": (AUTOCONFIG, f"{LAUGHS}]><clientConfig>&j;</clientConfig>".encode()),
}


@pytest.mark.parametrize("word", BOMBS)
def test_a_file_made_to_do_harm_is_a_finding_soon(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Scripts, entities, depth, packed masses, certificates that do not parse: told, and nothing is done at length.
    """
    path, body = BOMBS[word]
    began = time.monotonic()
    found = verdicts(tmp_path, monkeypatch, {path: GOOD[path]._replace(body=body)})

    assert failing(found)
    assert set() == undecided(found)
    assert time.monotonic() - began < 10
