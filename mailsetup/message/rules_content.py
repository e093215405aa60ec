"""Rules about the letter inside: MIME structure, size, text beside HTML, links that show one host and lead to another."""

from __future__ import annotations

import re

from mailsetup.grammar.mailboxes import host_of
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.finding import Severity

from .judging import Desk, rule

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
CLIPPED_AT = 102_400  # octets of HTML that webmail shows before it clips a letter
LARGE = 10_000_000  # octets; the least of the limits of common receivers is 10 MB
RUNNABLE = re.compile(
    r"\.(?:ade|adp|apk|app|bat|cab|chm|cmd|com|cpl|dll|exe|hta|ins|iso|jar|js|jse|lnk|mde|msc|msi|msp|mst|nsh|pif|"
    r"ps1|scr|sct|shb|sys|vb|vbe|vbs|vxd|wsc|wsf|wsh)\Z",
    re.IGNORECASE,
)

_TARGET = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):(?://(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:]*))?")
_SHOWN = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[A-Za-z]{2,})(?:[/?#:]\S*)?\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9.]+\Z|\[.*\]\Z|0x[0-9a-f]+\Z", re.IGNORECASE)
SERIOUS = frozenset({"MIME_BOUNDARY", "MIME_DEPTH", "MIME_PARTS", "MIME_ENCODING", "MIME_TYPE"})


def target_host(uri: str) -> tuple[str, str]:
    """Scheme and host of a link, in lower case; ``""`` where there is none."""
    match = _TARGET.match(uri)
    return (match[1].lower(), (match[2] or "").lower().rstrip(".")) if match else ("", "")


def shown_host(text: str) -> str:
    """The host that a link's words show, ``""`` if they show none."""
    match = _SHOWN.match(text.strip()[:300])
    return match[1].lower() if match else ""


@rule(
    "mime-broken",
    "MIME_SYNTAX",
    "The parts of the letter are not well formed",
    ERROR,
    "RFC 2045 section 5",
    "RFC 2046 section 5.1",
)
def mime_broken(desk: Desk) -> None:
    """Programs guess differently where parts are broken: readers see nothing, or filters see something else."""
    for fault in desk.report.letter.faults:
        desk.finds(
            "{what}",
            remedy="Look at the program that puts the letter together.",
            severity=None if fault.code in SERIOUS else WARNING,
            what=fault.text,
        )
    kinds = any(part.kind != "text/plain" for part in desk.report.letter.parts)
    if kinds and desk.report.message.text("mime-version")[:3] != "1.0":
        desk.finds(
            "the letter has MIME parts but no MIME-Version: 1.0",
            remedy="Add MIME-Version: 1.0.",
            severity=WARNING,
        )


@rule("no-body", "BODY_EMPTY", "The letter is empty", WARNING, "RFC 5322 section 3.5")
def no_body(desk: Desk) -> None:
    """A letter without text, picture or attachment looks like a test of stolen addresses."""
    if not desk.report.message.body.strip():
        desk.finds("the letter has no body", remedy="Write something.")


@rule(
    "html-without-text",
    "BODY_NO_TEXT",
    "HTML without a plain text beside it",
    WARNING,
    "RFC 2046 section 5.1.4",
)
def html_without_text(desk: Desk) -> None:
    """Readers without HTML see nothing, and filters count it: real programs send both as alternatives."""
    letter = desk.report.letter
    if letter.body("text/html") is None:
        desk.passes_over("the letter has no HTML part")
        return
    plain = letter.body("text/plain")
    if plain is None or not plain.text.strip():
        desk.finds(
            "the letter has an HTML part and no text part",
            remedy="Send multipart/alternative with the text first.",
        )


@rule(
    "pictures-only", "BODY_PICTURES", "Hardly any words beside the pictures", WARNING, "practice of receivers"
)
def pictures_only(desk: Desk) -> None:
    """A letter that is one picture shows nothing while pictures are blocked, and looks like one that hides from filters."""
    letter = desk.report.letter
    if letter.images and letter.letters < 100:
        desk.finds(
            "the HTML has {images} pictures and {letters} characters of text",
            remedy="Write the message as text.",
            images=letter.images,
            letters=letter.letters,
        )


@rule("clipped", "BODY_CLIPPED", "Webmail clips this letter", WARNING, "practice of receivers")
def clipped(desk: Desk) -> None:
    """Beyond about 100 KB of HTML webmail hides the rest, often with the way to unsubscribe and the legal notice."""
    part = desk.report.letter.body("text/html")
    if part is not None and len(part.text) > CLIPPED_AT:
        desk.finds(
            "the HTML has {size} characters; webmail clips at about {limit}",
            remedy="Shorten it, or take out unused styles.",
            size=len(part.text),
            limit=CLIPPED_AT,
        )


@rule("too-large", "BODY_SIZE", "A large letter", WARNING, "RFC 1870 section 3")
def too_large(desk: Desk) -> None:
    """Many receivers refuse letters of more than 10 to 25 MB; encoding makes attachments a third larger."""
    if desk.report.message.size > LARGE:
        desk.finds(
            "the letter has {size} octets; some receivers take no more than {limit}",
            remedy="Send a link instead of the file.",
            size=desk.report.message.size,
            limit=LARGE,
        )


@rule("runnable-attachment", "BODY_RUNNABLE", "A program is attached", ERROR, "practice of receivers")
def runnable_attachment(desk: Desk) -> None:
    """Large receivers refuse letters with attached programs, whoever sends them."""
    for part in desk.report.letter.parts:
        if RUNNABLE.search(part.name.strip()):
            desk.finds(
                'the attachment "{name}" is a program',
                remedy="Send a link to it instead.",
                name=part.name[:80],
            )


@rule(
    "link-shows-other-host",
    "LINK_MISMATCH",
    "A link shows one host and leads to another",
    WARNING,
    "practice of receivers",
)
def link_shows_other_host(desk: Desk) -> None:
    """Forged letters show a bank and lead elsewhere: filters warn, and a tracking host does the same to honest ones."""
    seen = set()
    for link in desk.report.letter.links:
        shown = host_of(shown_host(link.shown))
        _, host = target_host(link.target)
        host = host_of(host)
        if (
            shown
            and host
            and organizational_domain(shown) != organizational_domain(host)
            and (shown, host) not in seen
        ):
            seen.add((shown, host))
            desk.finds(
                "a link shows {shown} and leads to {host}",
                remedy="Show words, or track through a host below the shown domain.",
                shown=shown,
                host=host,
            )


@rule(
    "link-to-address",
    "LINK_ADDRESS",
    "A link leads to a bare address or an odd scheme",
    WARNING,
    "practice of receivers",
)
def link_to_address(desk: Desk) -> None:
    """Links to bare IP addresses, and links that run code, are marks of harmful letters."""
    for link in desk.report.letter.links:
        scheme, host = target_host(link.target)
        if scheme in ("http", "https") and _ADDRESS.match(host):
            desk.finds("a link leads to the bare address {host}", remedy="Link to a host name.", host=host)
        elif scheme in ("javascript", "vbscript", "data", "file"):
            desk.finds(
                "a link has the scheme {scheme}, which no mail program follows",
                remedy="Link to an https page.",
                scheme=scheme,
            )


@rule("link-without-tls", "LINK_HTTP", "Links without encryption", INFO, "practice of receivers")
def link_without_tls(desk: Desk) -> None:
    """Programs warn of http links; https costs nothing."""
    hosts = sorted(
        {
            host
            for scheme, host in (target_host(link.target) for link in desk.report.letter.links)
            if scheme == "http" and host
        }
    )
    if hosts:
        desk.finds("links lead to http pages: {hosts}", remedy="Link to https.", hosts=", ".join(hosts[:5]))
