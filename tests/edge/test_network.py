"""A whole audit over real servers: BIND behind Unbound, an HTTPS server, Postfix; every kind of question in one run."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.edge.network import Network
from mailsetup.edge.overlay import Overlay
from mailsetup.edge.snapshot_json import parse_snapshots, snapshot_text
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.grammar.pacc import pacc_record
from mailsetup.model.finding import Status
from mailsetup.run.audit import AuditSettings, collect_case, report_on
from tests.servers.bind import bind, signed
from tests.servers.certificates import Made, key_digest
from tests.servers.https import Page, https
from tests.servers.postfix import postfix
from tests.servers.unbound import unbound

LATER = datetime(2036, 1, 1, tzinfo=UTC)
HEAD = "$TTL 300\n@ SOA ns.test. hostmaster.test. 1 7200 3600 1209600 300\n@ NS ns.test.\n"
ROOT = HEAD + "test. NS ns.test.\nns.test. A 127.0.0.1\n"
TEST = HEAD + "ns A 127.0.0.1\nshop NS ns\nplain NS ns\nbogus NS ns\nended NS ns\nguest NS ns\nmail NS ns\n"
SETTINGS = b'{"protocols": {"imap": {"host": "mail.shop.test"}, "submit": {"host": "mail.shop.test"}}}'
SHOP = (
    HEAD
    + "@ MX 10 mail\nmail A 127.0.0.1\nmta-sts A 127.0.0.1\n"
    + '_mta-sts TXT "v=STSv1; id=1"\n'
    + f"_25._tcp.mail TLSA 3 1 1 {key_digest()}\n"
    + f'ua-auto-config A 127.0.0.1\n_ua-auto-config TXT "{pacc_record(SETTINGS)}"\n'
)
PLAIN = HEAD + f"@ MX 10 mail\nmail A 127.0.0.1\n_25._tcp.mail TLSA 3 1 1 {key_digest()}\n"
GUEST = HEAD + "@ MX 10 mail.ended.test.\n"
BARE = HEAD + "@ MX 10 @\n@ A 127.0.0.1\n"
POLICY = b"version: STSv1\nmode: enforce\nmx: mail.shop.test\nmax_age: 604800\n"
OPTIONS = frozenset({"deep", "smtp", "web"})


class World(NamedTuple):
    """Where to ask, what to trust."""

    resolver: str
    anchor: str
    https_port: int
    mail: dict[str, int]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tmp = tmp_path_factory.mktemp("network")
    made = signed(
        {
            ".": ROOT,
            "test": TEST,
            "shop.test": SHOP,
            "bogus.test": PLAIN,
            "ended.test": PLAIN,
            "guest.test": GUEST,
        },
        tmp,
        spoiled=["bogus.test"],
    )
    times = r"\b20\d{12}(\s+)20\d{12}\b"
    ended = re.sub(times, r"20200201000000\g<1>20200101000000", made.zones["ended.test"])
    zones = {**made.zones, "ended.test": ended, "plain.test": PLAIN, "mail.test": BARE}
    pages = {
        "/.well-known/mta-sts.txt": Page(body=POLICY),
        "/.well-known/user-agent-configuration.json": Page(kind="application/json", body=SETTINGS),
    }
    mail: dict[str, Made | None] = {
        "good": Made(("mail.shop.test",), LATER),
        "other": Made(("www.shop.test",), LATER, key="ec2"),
        "sound": Made(("mail.test",), LATER),
        "expired": Made(("mail.test",), datetime(2026, 2, 1, tzinfo=UTC)),
        "renamed": Made(("www.mail.test",), LATER),
        "self-signed": Made(("mail.test",), LATER, "self"),
        "without": None,
        "old": Made(("mail.test",), LATER),
    }
    old = {"old": ("smtpd_tls_protocols=TLSv1.1", "tls_medium_cipherlist=ALL:@SECLEVEL=0")}
    with (
        bind(zones, tmp) as server,
        unbound(dict.fromkeys(zones, server), tmp) as resolver,
        https(pages, Made(("mta-sts.shop.test", "ua-auto-config.shop.test"), LATER), tmp / "web") as web,
        postfix(mail, old) as ports,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(web.trust))
        yield World(resolver.resolver, made.anchor, web.port, {**ports, "closed": 1})


def failing(
    world: World, mail: str, zone: str = "", domain: str = "shop.test"
) -> tuple[set[str], set[str], str]:
    """The checks that fail, those that stay open, and the recording."""

    async def run() -> tuple[set[str], set[str], str]:
        live = Live([world.resolver])
        network = Network(
            live, (world.anchor,), https_port=world.https_port, smtp_ports={25: world.mail[mail]}
        )
        source = Overlay(ZoneFile.of(zone, domain), network) if zone else network
        network.resolve = source.ask
        settings = AuditSettings(options=OPTIONS)
        try:
            case = await collect_case(domain, source, settings)
            report = report_on(case, settings)
        finally:
            await source.close()
        crashed = [v for v in report.verdicts if v.status is Status.CRASHED]
        assert [] == crashed
        by = {s: {v.check for v in report.verdicts if v.status is s} for s in Status}
        return by[Status.FAIL], by[Status.INCONCLUSIVE], snapshot_text(case.snapshot)

    return asyncio.run(run())


NEW = ("transport/", "dane/", "dnssec/", "clients/configuration-")


@pytest.mark.real
def test_a_sound_domain_is_found_sound(world: World) -> None:
    """
    Signed, with a policy, a matching TLSA record and a certificate for its name: notes at most (Postfix offers VRFY).
    """
    failed, undecided, _ = failing(world, "good")

    assert {"transport/sts-without-reports", "transport/sts-beside-dane", "transport/vrfy-announced"} == {
        check for check in failed if check.startswith(NEW)
    }
    assert set() == {check for check in undecided if check.startswith(NEW)}


@pytest.mark.real
def test_a_changed_certificate_is_found_by_everybody(world: World) -> None:
    """
    Another key and another name: DANE and MTA-STS each say it, and the certificate's own check adds nothing.
    """
    failed, _, _ = failing(world, "other")

    assert {"dane/certificate-mismatch", "transport/sts-mx-certificate"} <= failed
    assert "transport/certificate-name" not in failed


@pytest.mark.real
def test_a_recording_says_the_same(world: World) -> None:
    """
    Web pages, certificates and validations are recorded with the names.
    """
    _, _, text = failing(world, "good")

    (snapshot,) = parse_snapshots(text, "recording")
    assert text == snapshot_text(snapshot)
    assert {"DnsQuestion", "WebQuestion", "SmtpQuestion", "DnssecQuestion"} == {
        type(q).__name__ for q in snapshot.answers
    }


@pytest.mark.real
def test_a_zone_file_decides_where_the_web_is_asked(world: World) -> None:
    """
    What is planned is judged: a policy host that the zone file moves away is not reached.
    """
    failed, _, _ = failing(world, "good", SHOP.replace("mta-sts A 127.0.0.1\n", ""))

    assert "transport/sts-host-missing" in failed


@pytest.mark.real
def test_settings_that_changed_are_found(world: World) -> None:
    """
    The file for mail programs is fetched, and its digest held against the record.
    """
    planned = SHOP.replace(pacc_record(SETTINGS), pacc_record(SETTINGS + b" "))
    failed, _, _ = failing(world, "good", planned)

    assert "clients/configuration-digest" in failed
    assert "clients/configuration-file" not in failed


@pytest.mark.real
@pytest.mark.parametrize(
    ("word", "check"),
    [
        ("expired", "transport/certificate-expired"),
        ("renamed", "transport/certificate-name"),
        ("self-signed", "transport/certificate-self-signed"),
        ("without", "transport/no-starttls"),
        ("old", "transport/old-tls"),
    ],
)
def test_each_certificate_of_a_mail_server_is_judged(world: World, word: str, check: str) -> None:
    """
    Postfix shows it, and the check of that flaw says so; with a good one none of them speaks.
    """
    flaws = {
        f"transport/{name}" for name in ("certificate-expired", "certificate-name", "certificate-self-signed")
    }
    sound, undecided, _ = failing(world, "sound", domain="mail.test")
    failed, _, _ = failing(world, word, domain="mail.test")

    assert check in failed
    assert set() == (flaws | {"transport/no-starttls", "transport/old-tls"}) & (sound | undecided)


@pytest.mark.real
def test_secure_unsigned_and_bogus_domains_are_told_apart(world: World) -> None:
    """
    Each has one verdict of its own; TLSA records count only where the chain of signatures holds.
    """
    states = {f"dnssec/{name}" for name in ("unsigned", "bogus", "ds-without-key")}
    states |= {"dane/unsigned", "dane/mx-unsigned"}
    found = {
        domain: states & failing(world, "good", domain=domain)[0]
        for domain in ("shop.test", "plain.test", "bogus.test", "ended.test")
    }

    dane = {"dane/unsigned", "dane/mx-unsigned"}
    assert {
        "shop.test": set(),
        "plain.test": {"dnssec/unsigned"},
        "bogus.test": {"dnssec/ds-without-key"},
        "ended.test": {"dnssec/bogus"},
    } == {domain: checks - dane for domain, checks in found.items()}
    assert dane & found["plain.test"]


@pytest.mark.real
def test_tlsa_records_of_a_host_elsewhere_that_do_not_validate_are_found(world: World) -> None:
    """
    The domain is signed well; the signatures of the zone of its mail host have ended.
    """
    failed, _, _ = failing(world, "good", domain="guest.test")

    assert "dane/bogus" in failed
    assert not {"dnssec/bogus", "dnssec/mx-host-bogus"} & failed


@pytest.mark.real
def test_where_no_operator_answers_port_25_is_blocked_from_here(world: World) -> None:
    """
    Hosts of two unrelated operators refuse: no verdict about STARTTLS is given, and the answers say why.
    """
    hosts = HEAD + "@ MX 10 mail.shop.test.\n@ MX 20 mail.plain.test.\n"
    failed, undecided, recording = failing(world, "closed", hosts, "mail.test")

    assert {"transport/no-starttls", "transport/old-tls", "mx/all-down"} <= undecided
    assert set() == {c for c in failed if c.startswith(("transport/certificate", "transport/no-starttls"))}
    assert "port 25 is blocked from here" in recording
