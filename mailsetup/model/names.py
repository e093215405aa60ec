"""
Domain names as values: lower case, A-labels, never a trailing dot (RFC 1035 section 2.3.4, RFC 5890).
"""

from __future__ import annotations

import re
import unicodedata

from .errors import UsageError
from .message import say
from .printing import printable as printable

LABEL_LIMIT = 63  # octets, RFC 1035 section 2.3.4
NAME_LIMIT = 253  # characters of text, RFC 1035 section 2.3.4 (255 octets on the wire)

_LDH = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\Z")


class DomainName(str):
    """
    A domain name that passed `parse`: lower case A-labels without a trailing dot.

    It is a ``str``, so it can be used wherever a question wants a name.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> DomainName:
        """
        The name a user typed: U-labels or A-labels, any case, with or without a trailing dot.

        Raises `UsageError` with one sentence saying what was wrong and what to type instead.
        """
        typed = text.strip().strip("\ufeff").strip()
        shown = printable(typed if len(typed) <= 60 else typed[:57] + "...")
        if not typed:
            raise UsageError(say("the domain is empty; type a name such as example.com"))
        if "://" in typed or typed.startswith("//"):
            raise UsageError(
                say(
                    '"{shown}" is a URL; type only the domain, such as {host_of_url}',
                    shown=shown,
                    host_of_url=_host_of_url(typed),
                )
            )
        if "@" in typed:
            after = _example(typed.rpartition("@")[2])
            raise UsageError(
                say(
                    '"{shown}" is an e-mail address; type only the domain, such as {after}',
                    shown=shown,
                    after=after,
                )
            )
        if _is_address(typed):
            raise UsageError(
                say('"{shown}" is an IP address; type a domain name such as example.com', shown=shown)
            )
        if "/" in typed or ":" in typed:
            raise UsageError(say('"{shown}" is not a domain name; leave out the path or port', shown=shown))
        if any(c.isspace() for c in typed):
            raise UsageError(say('"{shown}" has a space in it; give one domain at a time', shown=shown))
        name = _to_ascii(typed, shown)
        if len(name) > NAME_LIMIT:
            raise UsageError(
                say(
                    '"{shown}" is {count} characters long; a domain name has at most {limit}',
                    shown=shown,
                    count=len(name),
                    limit=NAME_LIMIT,
                )
            )
        if "." not in name:
            raise UsageError(
                say('"{shown}" has only one label; type the whole domain, such as example.com', shown=shown)
            )
        return cls(name)

    @property
    def unicode(self) -> str:
        """The name in U-labels, for people to read; labels that do not decode stay as they are."""
        return to_unicode(self)

    def parent(self) -> DomainName:
        """The name without its left-most label; the root is the empty name."""
        return DomainName(parent(self))

    def child(self, label: str) -> DomainName:
        """The name one or more labels below this one."""
        return DomainName(f"{label}.{self}" if self else label)


def _is_address(typed: str) -> bool:
    """Whether it is an address, in brackets or with a prefix length too; digits and dots are meant as one."""
    bare = typed.partition("/")[0].removeprefix("[").removesuffix("]")
    if bare.count(":") < 2:
        return re.fullmatch(r"[0-9][0-9.]*", bare) is not None
    import ipaddress

    try:
        ipaddress.IPv6Address(bare)
    except ValueError:
        return False
    return True


def _host_of_url(typed: str) -> str:
    host = re.split(r"[/?#]", typed.split("//", 1)[1])[0].rpartition("@")[2]
    return _example(host.split(":")[0])


def _example(name: str) -> str:
    """What may be typed instead: the name itself, if it is one."""
    try:
        DomainName.parse(name)
    except UsageError:
        return "example.com"
    return printable(name[:60])


def _to_ascii(typed: str, shown: str) -> str:
    dotted = re.sub("[\u3002\uff0e\uff61]", ".", typed)  # the ideographic full stops, RFC 3490 section 3.1
    if dotted.endswith("."):
        dotted = dotted[:-1]
    labels = []
    for label in dotted.split("."):
        lowered = label.lower()
        if not label:
            raise UsageError(
                say('"{shown}" has an empty label (two dots in a row, or a dot in front)', shown=shown)
            )
        if lowered.isascii():
            if len(lowered) > LABEL_LIMIT:
                raise UsageError(
                    say(
                        '"{shown}" has a label of {count} characters; at most {limit} are allowed',
                        shown=shown,
                        count=len(lowered),
                        limit=LABEL_LIMIT,
                    )
                )
            if not _LDH.match(lowered):
                raise UsageError(
                    say(
                        '"{shown}" is not a domain name: the label "{lowered}" may hold only letters, digits '
                        "and hyphens inside",
                        shown=shown,
                        lowered=lowered[:63],
                    )
                )
            labels.append(lowered)
            continue
        import idna  # large tables, and most names are in ASCII

        try:
            labels.append(
                idna.encode(unicodedata.normalize("NFC", label), uts46=True).decode("ascii").lower()
            )
        except (idna.IDNAError, UnicodeError, IndexError):
            raise UsageError(
                say(
                    '"{shown}" is not a domain name: "{label}" has characters no domain may have (RFC 5891)',
                    shown=shown,
                    label=label[:63],
                )
            ) from None
    return ".".join(labels)


def to_unicode(name: str) -> str:
    """A name in U-labels; whatever does not decode stays as it is. Never raises."""
    if "xn--" not in name:
        return name
    import idna

    out = []
    for label in name.split("."):
        try:
            out.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError, IndexError, ValueError):
            out.append(label)
    return ".".join(out)


def labels(name: str) -> list[str]:
    r"""The labels of a name, left-most first; ``a\.b.example`` has two."""
    if not name:
        return []
    if "\\" not in name:
        return name.split(".")
    return re.findall(r"(?:\\[0-9]{3}|\\.|[^.\\])+", name)


def parent(name: str) -> str:
    """The name without its left-most label; ``""`` (the root) has itself as parent."""
    if "\\" not in name:
        return name.partition(".")[2]
    return ".".join(labels(name)[1:])


def is_within(name: str, zone: str) -> bool:
    """Whether a name is the zone's apex or below it."""
    return not zone or name == zone or name.endswith("." + zone)
