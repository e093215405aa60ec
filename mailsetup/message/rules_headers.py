"""Rules about a letter's header: From, Date, Message-ID, fields that stand twice, lines, addresses to answer to."""

from __future__ import annotations

import re

from mailsetup.grammar.mailboxes import mailboxes
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.finding import Severity
from mailsetup.model.message import say

from .fields import decoded_words
from .judging import Desk, rule
from .trace import iso_time, read_time

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LINE_LIMIT = 998  # RFC 5322 section 2.1.1, without CRLF
SINGLE = (
    "date",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-unsubscribe-post",
    "list-unsubscribe",
)
DAY = 86_400
FIELDS_USUAL = 1_000  # header fields; many servers refuse more
EPOCH_OF_MAIL = 315_532_800  # 1980-01-01, before RFC 822

_MESSAGE_ID = re.compile(r"<[^\s<>@]+@([^\s<>@]+)>\Z")
_ADDRESS_IN_NAME = re.compile(r"[^\s<>@\"]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10})")


@rule("not-one-from", "HDR_FROM_ONE", "Not exactly one From field", ERROR, "RFC 5322 section 3.6")
def not_one_from(desk: Desk) -> None:
    """A letter has one author field. Without it, or with two, receivers refuse it: nobody knows who wrote it."""
    count = len(desk.report.message.all("from"))
    if count != 1:
        desk.finds(
            "the letter has {count} From fields; it must have exactly one",
            remedy="Send one From field with one address.",
            count=count,
        )
    elif not desk.report.author:
        desk.finds("From names no address with a domain", remedy="Write From as Name <name@your-domain>.")


@rule("date-wrong", "HDR_DATE", "The Date is missing or wrong", ERROR, "RFC 5322 section 3.6.1")
def date_wrong(desk: Desk) -> None:
    """A letter without a Date, or with one days away from now, looks forged and is sorted into the wrong place."""
    field = desk.report.message.first("date")
    remedy = "Set the clock of the sending machine and let it write the Date."
    if field is None:
        desk.finds("the letter has no Date", remedy=remedy)
        return
    at = read_time(field.text)
    if at is None:
        desk.finds('the Date "{value}" cannot be read', remedy=remedy, value=field.text[:80])
        return
    stated = desk.report.at_from.template != "the present time"
    if at > desk.report.at + DAY:
        desk.finds(
            "the Date {date} lies after {moment}",
            remedy=remedy,
            date=iso_time(at),
            moment=iso_time(desk.report.at),
        )
    elif at < EPOCH_OF_MAIL:
        desk.finds("the Date {date} lies before mail existed", remedy=remedy, date=iso_time(at))
    elif stated and at < desk.report.at - 7 * DAY:
        desk.finds(
            "the Date {date} lies more than a week before {moment}",
            remedy=remedy,
            severity=WARNING,
            date=iso_time(at),
            moment=iso_time(desk.report.at),
        )


@rule(
    "message-id-wrong",
    "HDR_MESSAGE_ID",
    "The Message-ID is missing or wrong",
    WARNING,
    "RFC 5322 section 3.6.4",
)
def message_id_wrong(desk: Desk) -> None:
    """Message-IDs hold threads together and keep copies apart; several receivers count a missing one against a letter."""
    fields = desk.report.message.all("message-id")
    remedy = "Let the sending program write one Message-ID of the form <unique@your-domain>."
    if not fields:
        desk.finds("the letter has no Message-ID", remedy=remedy)
        return
    if len(fields) != 1:
        desk.finds(
            "the letter has {count} Message-ID fields; it should have one", remedy=remedy, count=len(fields)
        )
        return
    match = _MESSAGE_ID.match(fields[0].text)
    if match is None:
        desk.finds(
            'the Message-ID "{value}" is not of the form <unique@host>',
            remedy=remedy,
            value=fields[0].text[:100],
        )
    elif "." not in match[1].strip(".") and not match[1].startswith("["):
        desk.finds(
            'the Message-ID ends in "{host}", which is no full host name', remedy=remedy, host=match[1][:80]
        )


@rule(
    "field-repeated",
    "HDR_DUPLICATE_SINGLE",
    "A field that may stand once stands twice",
    ERROR,
    "RFC 5322 section 3.6",
)
def field_repeated(desk: Desk) -> None:
    """Two Subjects or two Tos: one program shows the first, another the last. Receivers refuse such letters."""
    for name in SINGLE:
        count = len(desk.report.message.all(name))
        if count > 1 and name not in ("from", "message-id"):
            desk.finds(
                "{field} stands {count} times; it may stand once",
                remedy="Send {field} once.",
                field=name,
                count=count,
            )


@rule("line-too-long", "HDR_LINE_998", "Lines longer than mail allows", ERROR, "RFC 5322 section 2.1.1")
def line_too_long(desk: Desk) -> None:
    """Servers break or refuse lines of more than 998 characters; breaking one breaks its signature."""
    longest = desk.report.letter.longest_line
    if longest > LINE_LIMIT:
        desk.finds(
            "the longest line has {length} characters; at most {limit} are allowed",
            remedy="Send the body as quoted-printable or base64, and fold long header fields.",
            length=longest,
            limit=LINE_LIMIT,
        )


@rule(
    "raw-8bit-header",
    "HDR_8BIT_RAW",
    "Letters beyond ASCII stand raw in the header",
    WARNING,
    "RFC 2047 section 4",
    "RFC 6532 section 3.2",
)
def raw_8bit_header(desk: Desk) -> None:
    """Without encoding, names and subjects beyond ASCII arrive as wrong characters, or the letter is refused."""
    names = sorted({f.name for f in desk.report.message.fields if f.name and not f.value.isascii()})
    if names:
        desk.finds(
            "{fields} hold characters beyond ASCII without encoding",
            severity=WARNING,
            remedy="Encode them (RFC 2047), or send with SMTPUTF8.",
            fields=", ".join(names[:5]),
        )


@rule("header-syntax", "HDR_SYNTAX", "Header lines that are no fields", ERROR, "RFC 5322 section 2.2")
def header_syntax(desk: Desk) -> None:
    """A line without a colon ends the header for some programs: what follows is shown as text."""
    message = desk.report.message
    if message.malformed:
        shown = message.malformed[0][:60].decode("latin-1").strip()
        desk.finds(
            '{count} header {count:line is no field|lines are no fields}; the first is "{line}"',
            remedy="Look at the program that wrote them.",
            count=len(message.malformed),
            line=shown,
        )
    if message.lone_line_feeds:
        desk.finds(
            "{count} {count:line end is a bare line feed|line ends are bare line feeds} among CRLF",
            severity=WARNING,
            remedy="Send CRLF everywhere: bare line feeds are refused since SMTP smuggling is known.",
            count=message.lone_line_feeds,
        )


@rule(
    "header-too-large", "HDR_SIZE", "More header fields than servers take", WARNING, "RFC 5321 section 4.5.3"
)
def header_too_large(desk: Desk) -> None:
    """Servers bound the number of header fields and refuse or cut what goes beyond."""
    message = desk.report.message
    if len(message.fields) > FIELDS_USUAL or message.cut:
        desk.finds(
            "the letter has {count} header fields{more}",
            remedy="A usual letter has fewer than a hundred.",
            count=len(message.fields),
            more=say(" and more that were not read") if message.cut else "",
        )


@rule(
    "no-way-to-answer",
    "HDR_REPLYTO_NULLMX",
    "Nobody can answer this letter",
    WARNING,
    "RFC 7505 section 4",
    "RFC 5321 section 5.1",
)
def no_way_to_answer(desk: Desk) -> None:
    """A From, Reply-To or bounce address whose domain takes no mail: answers and bounces are lost."""
    for one in desk.report.reachable:
        if one.takes_mail is None:
            desk.leaves_open(*(e for e in one.evidence if e.answer.unknown))
        elif not one.takes_mail:
            why = (
                say("does not exist")
                if one.exists is False
                else say("says that it takes no mail")
                if one.null_mx
                else say("has no mail server")
            )
            desk.finds(
                "{host} stands in From, Reply-To or Return-Path, but {why}",
                at=one.evidence,
                owner=one.host,
                remedy="Use a domain that takes mail, or publish an MX record for {host}.",
                host=one.host,
                why=why,
            )


@rule(
    "reply-goes-elsewhere",
    "HDR_REPLYTO_OTHER",
    "Answers go to another organization",
    INFO,
    "RFC 5322 section 3.6.2",
)
def reply_goes_elsewhere(desk: Desk) -> None:
    """Forged letters often ask for the answer at another domain; some filters count it."""
    author = desk.report.author
    for box in mailboxes(desk.report.message.text("reply-to"))[:5]:
        if author and box.host and organizational_domain(box.host) != organizational_domain(author):
            desk.finds(
                "the letter is from {author}, answers go to {host}",
                remedy="Answer addresses inside the own domain raise fewer questions.",
                author=author,
                host=box.host,
            )


@rule(
    "name-shows-other-address",
    "HDR_FROM_NAME",
    "The name in From shows another address",
    WARNING,
    "RFC 9989 section 11.4",
)
def name_shows_other_address(desk: Desk) -> None:
    """Most programs show only the name: one that is an address of another domain passes for it."""
    for box in desk.report.authors[:5]:
        match = _ADDRESS_IN_NAME.search(decoded_words(box.shown))
        if match and box.host and organizational_domain(match[1].lower()) != organizational_domain(box.host):
            desk.finds(
                "From shows {shown} while the address is in {host}",
                remedy="Show a name, not an address.",
                shown=match[0][:80],
                host=box.host,
            )


@rule(
    "bounce-goes-elsewhere",
    "HDR_RETURNPATH_OTHER",
    "Bounces go to another organization",
    INFO,
    "RFC 9989 section 4.4.2",
)
def bounce_goes_elsewhere(desk: Desk) -> None:
    """SPF is checked for the bounce address; in another organization its pass does not count for DMARC."""
    host = desk.report.envelope.sender.rpartition("@")[2].lower()
    author = desk.report.author
    if host and author and organizational_domain(host) != organizational_domain(author):
        desk.finds(
            "the letter is from {author}, its envelope sender is in {host}",
            remedy="Ask the sending service for a bounce domain below {author}.",
            author=author,
            host=host,
        )
