"""What servers other than name servers show, from a line of a zone fragment; certificates are made as they are read."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from mailsetup.model.dns import DnssecAnswer, DnssecStatus, Outcome, SmtpAnswer, WebAnswer
from tests.servers.certificates import Made, chain_of, pem_of_mark

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _words(line: str) -> tuple[list[str], dict[str, str]]:
    """The plain words of a line and its ``key=value`` settings; only lower-case keys are settings."""
    plain, settings = [], {}
    for word in shlex.split(line):
        key, equals, value = word.partition("=")
        if equals and key.isalpha() and key.islower():
            settings[key] = value
        else:
            plain.append(word)
    return plain, settings


def web(line: str | None, failing: Outcome | None) -> WebAnswer:
    r"""
    ``200 text/plain "body"``: status, type and body, in which ``\n`` is a line's end.

    ``fault=expired`` is a certificate that was not accepted, ``slow`` a server that did not finish,
    ``location=URL`` where it redirects to, ``size=N`` pads the body, ``truncated`` says it was cut;
    ``mark=example.com until=2027-01-01 logo="<svg...>"`` is a mark certificate (PEM).
    """
    if line is None:
        return WebAnswer(failing or Outcome.REFUSED, detail="as written")
    plain, settings = _words(line)
    if "fault" in settings:
        return WebAnswer(Outcome.SERVFAIL, tls_fault=settings["fault"], detail="as written")
    if plain == ["slow"]:
        return WebAnswer(Outcome.TIMEOUT, slow=True, detail="as written")
    headers = [("location", settings["location"])] if "location" in settings else []
    if len(plain) > 1:
        headers.append(("content-type", plain[1]))
    body = (plain[2] if len(plain) > 2 else "").replace("\\n", "\n").encode("utf-8")
    if "mark" in settings:
        body = pem_of_mark(settings["mark"].split(","), _until(settings), settings.get("logo", ""))
    body = body.ljust(int(settings.get("size", 0)))
    return WebAnswer(Outcome.FOUND, int(plain[0]), tuple(headers), body, "truncated" in plain)


def smtp(host: str, line: str | None, failing: Outcome | None) -> SmtpAnswer:
    """
    ``"220 host ESMTP" SIZE STARTTLS TLSv1.3``: the greeting, the words after EHLO, the version of TLS.

    ``names=a,b`` are the certificate's (else the host), ``until=DATE`` its end, ``issuer=self`` who signed
    it (else a test authority, whose certificate is sent too), ``key=rsa1024`` its key (else P-256);
    ``starttls=refused`` says that it is announced and then not done.
    """
    if line is None:
        return SmtpAnswer(failing or Outcome.REFUSED, detail="as written")
    plain, settings = _words(line)
    greeting, *rest = plain
    versions = [word for word in rest if word.startswith("TLSv")]
    extensions = tuple(word for word in rest if not word.startswith("TLSv"))
    if "STARTTLS" not in extensions or settings.get("starttls") == "refused":
        return SmtpAnswer(Outcome.FOUND, greeting, extensions)
    made = Made(
        tuple(settings.get("names", host).split(",")),
        _until(settings),
        settings.get("issuer", "ca"),
        settings.get("key", "ec"),
    )
    return SmtpAnswer(
        Outcome.FOUND,
        greeting,
        extensions,
        True,
        (versions or ["TLSv1.3"])[0],
        chain_of(made),
        settings.get("fault", _fault(host, made)),
    )


def _until(settings: dict[str, str]) -> datetime:
    return datetime.fromisoformat(settings.get("until", "2027-11-21")).replace(tzinfo=UTC)


def _fault(host: str, made: Made) -> str:
    if made.until < NOW:
        return "expired"
    if made.issuer == "self":
        return "self-signed"
    return "" if host in made.names else "name"


def dnssec(zone: str, line: str | None) -> DnssecAnswer:
    """``secure``, ``insecure`` or ``bogus``, with ``expires=TIME`` and a reason in quotation marks."""
    if line is None:
        return DnssecAnswer(Outcome.SERVFAIL, detail="as written")
    plain, settings = _words(line)
    detail = plain[1] if len(plain) > 1 else ""
    return DnssecAnswer(Outcome.FOUND, DnssecStatus(plain[0]), zone, settings.get("expires", ""), detail)
