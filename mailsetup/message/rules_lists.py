"""Rules about letters to many: List-Unsubscribe and its one click, List-Id, automatic answers."""

from __future__ import annotations

import re

from mailsetup.grammar.mailboxes import mailboxes
from mailsetup.model.finding import Severity

from .judging import Desk, rule
from .report import MessageReport

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1

_URI = re.compile(r"<([^<>]++)>")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}\.[A-Za-z]")


def unsubscribe_uris(report: MessageReport) -> tuple[str, ...]:
    """The URIs of List-Unsubscribe, in order (RFC 2369 section 3.2)."""
    return tuple(
        uri
        for found in _URI.findall(report.message.text("list-unsubscribe"))[:20]
        if (uri := "".join(found.split()))
    )


def looks_like_bulk(report: MessageReport) -> bool:
    """Whether a letter has the marks of one that was sent to many."""
    message = report.message
    if any(
        message.first(name)
        for name in ("list-unsubscribe", "list-id", "list-unsubscribe-post", "feedback-id")
    ):
        return True
    return message.text("precedence").lower() in ("bulk", "list") or body_link(report)


def body_link(report: MessageReport) -> bool:
    """Whether the letter shows a way to unsubscribe."""
    return report.letter.leaving


def has_one_click(report: MessageReport) -> bool:
    """Whether both header fields are there as RFC 8058 wants them, and covered by a signature that holds."""
    uris = unsubscribe_uris(report)
    post = report.message.text("list-unsubscribe-post")
    return post == ONE_CLICK and any(u.lower().startswith("https://") for u in uris) and covered(report)


def covered(report: MessageReport) -> bool:
    """Whether a signature that holds covers both fields (RFC 8058 section 4)."""
    wanted = {"list-unsubscribe", "list-unsubscribe-post"}
    return any(one.passed and wanted <= set(one.signature.signed) for one in report.dkim)


def _offered(desk: Desk) -> bool:
    if desk.report.message.first("list-unsubscribe-post") is None:
        desk.passes_over("the letter offers no one-click unsubscribe")
        return False
    return True


@rule(
    "no-list-unsubscribe",
    "LIST_UNSUB_MISSING",
    "Mail to many without List-Unsubscribe",
    WARNING,
    "RFC 2369 section 3.2",
    "RFC 8058 section 3.1",
)
def no_list_unsubscribe(desk: Desk) -> None:
    """Without this field readers have only the spam button, and large receivers demand it of bulk senders."""
    if not looks_like_bulk(desk.report):
        desk.passes_over("the letter does not look like one to many")
    elif not unsubscribe_uris(desk.report):
        desk.finds(
            "the letter looks like one to many, but has no List-Unsubscribe with an address",
            remedy="Add List-Unsubscribe: <https://...> and List-Unsubscribe-Post: List-Unsubscribe=One-Click.",
        )


@rule(
    "one-click-misspelled",
    "LIST_UNSUB_POST",
    "One-click unsubscribe is misspelled",
    ERROR,
    "RFC 8058 section 3.1",
)
def one_click_misspelled(desk: Desk) -> None:
    """The field has exactly one legal value; with any other there is no one-click unsubscribe."""
    value = desk.report.message.text("list-unsubscribe-post")
    if _offered(desk) and value != ONE_CLICK:
        desk.finds(
            'List-Unsubscribe-Post says "{value}"',
            remedy="Write exactly List-Unsubscribe-Post: List-Unsubscribe=One-Click.",
            value=value[:100],
        )


@rule(
    "one-click-without-https",
    "LIST_UNSUB_HTTPS",
    "One-click unsubscribe without an https address",
    ERROR,
    "RFC 8058 section 3.1",
)
def one_click_without_https(desk: Desk) -> None:
    """The click is an HTTPS request: List-Unsubscribe needs at least one https address."""
    if _offered(desk) and not any(u.lower().startswith("https://") for u in unsubscribe_uris(desk.report)):
        desk.finds(
            "List-Unsubscribe has no https address for the one click",
            remedy="Add an https address; a mailto may follow it.",
        )


@rule(
    "one-click-unsigned",
    "LIST_UNSUB_SIGNED",
    "One-click unsubscribe is not signed",
    ERROR,
    "RFC 8058 section 4",
    also=("DKIM_SIG_LISTUNSUB",),
)
def one_click_unsigned(desk: Desk) -> None:
    """Both fields must be covered by a DKIM signature that holds, else receivers do not show the button."""
    if not _offered(desk) or covered(desk.report):
        return
    unanswered = [one.key for one in desk.report.dkim if one.result == "temperror" and one.key is not None]
    if unanswered:
        desk.leaves_open(*unanswered)
        return
    desk.finds(
        "no signature that holds covers List-Unsubscribe and List-Unsubscribe-Post",
        remedy="Name both fields in h= of the DKIM signature, and sign after they are added.",
    )


@rule(
    "unsubscribe-guessable",
    "LIST_UNSUB_OPAQUE",
    "The unsubscribe address can be guessed",
    WARNING,
    "RFC 8058 section 3.1",
    "RFC 8058 section 7",
)
def unsubscribe_guessable(desk: Desk) -> None:
    """The address must say by itself who leaves which list, in a way nobody can forge for others."""
    for uri in unsubscribe_uris(desk.report):
        rest = uri.partition("://")[2]
        if not uri.lower().startswith("http"):
            continue
        if _PLAIN_ADDRESS.search(rest):
            desk.finds(
                "the unsubscribe address shows a mail address: {uri}",
                remedy="Put an opaque token in its place.",
                uri=uri[:120],
            )
        elif not rest.partition("/")[2].strip("/"):
            desk.finds(
                "the unsubscribe address names no reader: {uri}",
                remedy="Let it hold a token of reader and list.",
                uri=uri[:120],
            )


@rule("no-list-id", "LIST_ID", "Mail to many without List-Id", WARNING, "RFC 2919 section 3")
def no_list_id(desk: Desk) -> None:
    """List-Id lets readers sort a list's mail and keeps lists apart when one of them is complained about."""
    if desk.report.message.first("list-unsubscribe") is None:
        desk.passes_over("the letter does not look like one to many")
    elif desk.report.message.first("list-id") is None:
        desk.finds(
            "the letter has List-Unsubscribe but no List-Id",
            remedy="Add List-Id: Name <list.your-domain>.",
            severity=INFO,
        )


@rule(
    "automatic-unmarked",
    "LIST_AUTO_SUBMITTED",
    "An automatic answer is not marked",
    INFO,
    "RFC 3834 section 5",
)
def automatic_unmarked(desk: Desk) -> None:
    """Auto-Submitted and an empty envelope sender keep automatic answers from answering one another."""
    subject = desk.report.message.text("subject").lower()
    automatic = subject.startswith(
        ("out of office", "automatic reply", "auto:", "autoreply", "abwesend", "автоответ")
    )
    if not automatic:
        desk.passes_over("the letter does not look like an automatic answer")
    elif desk.report.message.text("auto-submitted").lower() in ("", "no"):
        desk.finds(
            "the letter looks like an automatic answer without Auto-Submitted",
            remedy="Add Auto-Submitted: auto-replied.",
        )


@rule(
    "complaint-address-unsigned",
    "LIST_CFBL",
    "An address for complaints that nobody will use",
    INFO,
    "RFC 9477 section 3.1",
)
def complaint_address_unsigned(desk: Desk) -> None:
    """CFBL-Address asks mailbox providers to send complaints there. They do so only where it names an address and a
    signature of the author's domain covers it; else anybody could have them sent to a stranger."""
    field = desk.report.message.first("cfbl-address")
    if field is None:
        desk.passes_over("the letter names no address for complaints (CFBL-Address), which is optional")
        return
    unanswered = [one.key for one in desk.report.dkim if one.result == "temperror" and one.key is not None]
    signed = any(one.passed and "cfbl-address" in one.signature.signed for one in desk.report.dkim)
    if not mailboxes(field.text.partition(";")[0])[0].host:
        desk.finds('CFBL-Address says "{value}", which is no mail address', value=field.text[:80])
    elif not signed and unanswered:
        desk.leaves_open(*unanswered)
    elif not signed:
        desk.finds(
            "no signature that holds covers CFBL-Address",
            remedy="Name CFBL-Address in h= of the DKIM signature of your own domain.",
        )
