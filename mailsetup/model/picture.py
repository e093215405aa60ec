"""What a report draws: the tree of an SPF record and the way of the mail, as plain values."""

from __future__ import annotations

from typing import NamedTuple


class SpfBranch(NamedTuple):
    """
    One term of an SPF record that costs a look-up, with the record it leads to; the root has no term.

    ``lookups`` counts the term itself and everything below, ``start`` how many look-ups come before it
    in the order of evaluation. ``ended_by`` is the word of `walks.spf_tree.End`, or ``host`` for a term that
    leads to no record (``a``, ``mx``, ``exists``, ``ptr``). ``unread`` are branches left out of the picture.
    """

    name: str
    term: str
    start: int
    lookups: int
    ended_by: str
    record: str = ""
    branches: tuple[SpfBranch, ...] = ()
    unread: int = 0


class SpfPicture(NamedTuple):
    """The whole tree; ``complete`` is false while something is unknown or depends on the sender."""

    root: SpfBranch
    lookups: int
    limit: int
    void_lookups: int
    complete: bool


class MailHost(NamedTuple):
    """One mail host; ``state`` is ``found``, ``absent`` or ``unknown``, for its addresses."""

    name: str
    preference: int | None
    addresses: tuple[str, ...]
    state: str


class Service(NamedTuple):
    """Who was recognised; ``because`` is the evidence in words."""

    name: str
    certainty: str
    because: str


class MailPath(NamedTuple):
    """
    The way of a letter to the domain, and who sends in its name.

    ``state``: ``hosts`` (MX records), ``implicit`` (no MX: the domain's own address, RFC 5321 section 5.1),
    ``null`` (takes no mail, RFC 7505), ``absent`` (nowhere to go) or ``unknown``.
    """

    domain: str
    state: str
    hosts: tuple[MailHost, ...] = ()
    more_hosts: int = 0
    gateways: tuple[Service, ...] = ()
    mailboxes: tuple[Service, ...] = ()
    senders: tuple[Service, ...] = ()


class Pictures(NamedTuple):
    """What is drawn for one domain; no SPF picture where there is no record to read."""

    spf: SpfPicture | None
    mail: MailPath
