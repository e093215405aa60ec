"""What a report draws: the tree of an SPF record and the way of the mail, as plain values."""

from __future__ import annotations

from typing import NamedTuple


class SpfBranch(NamedTuple):
    """
    One SPF record and what it leads to.

    ``term`` is how it was reached (``include:...``; empty for the root). ``lookups`` counts the terms that
    cost one, here and below, its own included. ``ended_by`` is the word of `walks.spf_tree.End`. ``own`` are
    the terms of this record that cost a look-up and lead to no other record.
    """

    name: str
    term: str
    lookups: int
    ended_by: str
    record: str = ""
    own: tuple[str, ...] = ()
    branches: tuple[SpfBranch, ...] = ()


class SpfPicture(NamedTuple):
    """The whole tree; ``complete`` is false while something is unknown or depends on the sender."""

    root: SpfBranch
    lookups: int
    limit: int
    void_lookups: int
    complete: bool
    shown: int = 0
    left_out: int = 0


class MailHost(NamedTuple):
    """One mail host; ``state`` is ``found``, ``absent`` or ``unknown``, for its addresses."""

    name: str
    preference: int | None
    addresses: tuple[str, ...]
    state: str


class Service(NamedTuple):
    """Who was recognised: ``role`` is gateway, mailbox, forwarding or sender; ``because`` the evidence in words."""

    name: str
    role: str
    certainty: str
    because: str


class MailPath(NamedTuple):
    """
    The way of a letter to the domain.

    ``state``: ``hosts`` (MX records), ``implicit`` (no MX, the domain's own address), ``null``
    (RFC 7505: takes no mail), ``absent`` (nowhere to go) or ``unknown``.
    """

    domain: str
    state: str
    hosts: tuple[MailHost, ...] = ()
    more_hosts: int = 0
    gateways: tuple[Service, ...] = ()
    mailboxes: tuple[Service, ...] = ()
    senders: tuple[Service, ...] = ()


class Pictures(NamedTuple):
    """What is drawn for one domain; None where nothing could be read."""

    spf: SpfPicture | None
    mail: MailPath
