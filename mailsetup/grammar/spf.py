"""SPF records as values: parse_spf(text), str(record), and the faults in between (RFC 7208 sections 4.6 and 12)."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from mailsetup.model.message import Message, say
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.records import Mechanism, Modifier, SpfRecord, SpfTerm

from .spf_macro import EXPLANATION_LETTERS, last_macro_end, macro_faults

VERSION: Final = "v=spf1"
FAULT_LIMIT: Final = 32  # more faults than anybody reads; keeps a 64 KB record of nonsense cheap
GLUED_LENGTH: Final = 200  # characters; a longer word is not two terms that lost their space
CACHED_WORD: Final = 255  # characters of a term that is kept
CACHED_LENGTH: Final = 4096  # characters; longer records are rare and not worth the memory

QUALIFIERS: Final = "+-~?"
MECHANISMS: Final = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_DOMAIN_SPEC_NEEDED: Final = frozenset({"include", "exists"})

_WORD: Final = re.compile(r"[^ ]+")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_DUAL_CIDR: Final = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")
_CIDR: Final = re.compile(r"0|[1-9][0-9]{0,2}")
# alphanumeric with a letter in it, or with a hyphen inside; possessive, so that a long label costs no second look
_TOP_LABEL = re.compile(r"(?:[0-9]*+[a-z][a-z0-9]*+|[a-z0-9]++-[a-z0-9-]*[a-z0-9])\.?\Z", re.IGNORECASE)
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_ADDRESS4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_PLAIN_IP4: Final = re.compile(rf"([+?~-]?)ip4:({_ADDRESS4.pattern})(?:/([12]?[0-9]|3[0-2]))?")
_ADDRESS6: Final = re.compile(r"[0-9a-f:.]{2,45}\Z", re.IGNORECASE)  # 45: eight groups, the last two as IPv4
_INVISIBLE: Final = re.compile(r"[^\x20-\x7e]+")
_GLUED = re.compile(r"[-~?+]?(?:all\Z|(?:ip4|ip6|include|exists|redirect|mx|a|ptr)[:=])", re.IGNORECASE)

_LOOKALIKES: Final = {
    "ipv4": "ip4:", "ip": "ip4:", "ip4s": "ip4:", "ipv4s": "ip4:", "ipv6": "ip6:", "inlcude": "include:",
    "incude": "include:", "includes": "include:", "inclue": "include:", "includ": "include:",
    "prt": "ptr", "exist": "exists:", "redirect": "redirect=", "exp": "exp=", "aaaa": "a", "al": "all", "all.": "all",
}  # fmt: skip
"""Words people write, and what they meant."""


def is_spf(text: str) -> bool:
    """Whether a TXT text is an SPF record: ``v=spf1``, any case, then a space or the end (RFC 7208 section 4.5)."""
    return text[:6].lower() == VERSION and (len(text) == 6 or text[6] == " ")


def allows_nobody(text: str) -> bool:
    """
    Whether a record lets nobody send: ``-all`` is its only mechanism, and nothing is wrong with it.

    Modifiers change no result there: ``exp=`` explains, ``redirect=`` beside ``all`` is ignored (RFC 7208 section 6).
    """
    words = text.lower().split()
    if words == [VERSION, "-all"]:
        return True
    if "-all" not in words:
        return False
    parsed = parse_spf(text)
    record = parsed.value
    if not parsed.valid or record is None:
        return False
    mechanisms = record.mechanisms
    return len(mechanisms) == 1 and str(mechanisms[0]) == "-all"


def parse_spf(text: str) -> Parsed[SpfRecord]:
    """
    A TXT text as an SPF record. Any fault anywhere makes the whole record faulty (RFC 7208 section 4.6).

    The value is None when the text is no SPF record at all; with faults it holds the terms that
    could be read. Never raises.
    """
    return _parse_cached(text) if len(text) <= CACHED_LENGTH else _parse(text)


def _parse(text: str) -> Parsed[SpfRecord]:
    if not is_spf(text):
        fault = _fault(
            (0, min(len(text), 6)), say('the record does not begin with "v=spf1 "'), "4.5", "SPF_SYNTAX"
        )
        return Parsed(None, (fault,))
    terms: list[SpfTerm] = []
    spans: list[tuple[int, int]] = []
    faults: list[Fault] = []
    for word in _WORD.finditer(text, 6):
        read: SpfTerm | Fault | None = _sound(word[0]) if len(word[0]) <= CACHED_WORD else None
        if read is None:
            if len(faults) == FAULT_LIMIT and len(word[0]) <= CACHED_WORD:
                continue
            read = _term(word[0], word.start())
        if isinstance(read, Fault):
            if len(faults) < FAULT_LIMIT:
                faults.append(_glued(word[0], word.span()) or read)
        else:
            terms.append(read)
            spans.append(word.span())
    faults = [*_rejoined(text, faults), *_repeated(terms, spans)]
    faults.sort(key=lambda fault: fault.span)
    return Parsed(SpfRecord(tuple(terms), tuple(spans), text), tuple(faults[:FAULT_LIMIT]))


_parse_cached = lru_cache(maxsize=1024)(_parse)


@lru_cache(maxsize=4096)
def _sound(word: str) -> SpfTerm | None:
    """A term without a fault, read once for all records that hold it; None for what has one."""
    plain = _PLAIN_IP4.fullmatch(word)
    if plain is not None:
        qualifier, address, length = plain.groups()
        return Mechanism(qualifier or "+", "ip4", address, int(length) if length else None)
    read = _term(word, 0)
    return None if isinstance(read, Fault) else read


def _rejoined(text: str, faults: list[Fault]) -> list[Fault]:
    """The faults in their order, with ``ip4:`` and an address after a blank told as the one term they were meant as."""
    joined: list[Fault] = []
    for fault in faults:
        (start, end), (onward, last) = joined[-1].span if joined else (0, 0), fault.span
        if (
            text[end - 1 : end] == ":"
            and onward > end
            and not text[end:onward].strip(" ")
            and last - start <= CACHED_WORD
        ):
            whole = text[start:end] + text[onward:last]
            if not isinstance(_term(whole, 0), Fault):
                message = say('a space after the colon cuts "{term}" in two', term=whole)
                joined[-1] = _fault((start, last), message, "4.6.1", "SPF_SYNTAX", whole)
                continue
        joined.append(fault)
    return joined


def _fault(
    span: tuple[int, int], text: Message, section: str, code: str, replacement: str | None = None
) -> Fault:
    return Fault(span, text, (f"RFC 7208 section {section}",), code, replacement)


def _repeated(terms: list[SpfTerm], spans: list[tuple[int, int]]) -> list[Fault]:
    """redirect= and exp= at most once each (RFC 7208 section 6)."""
    seen: set[str] = set()
    faults = []
    for term, span in zip(terms, spans, strict=True):
        if type(term) is Modifier and term.name in ("redirect", "exp"):
            if term.name in seen:
                message = say('"{name}=" may stand only once in a record', name=term.name)
                faults.append(_fault(span, message, "6", "SPF_MODIFIER_REPEATED"))
            seen.add(term.name)
    return faults


def _term(word: str, at: int) -> SpfTerm | Fault:
    """term = directive / modifier"""
    span = (at, at + len(word))
    odd = _INVISIBLE.search(word)
    if odd:
        return _odd_characters(word, odd, at)
    qualifier, rest = ("+", word) if word[0] not in QUALIFIERS else (word[0], word[1:])
    name = _NAME.match(rest)
    if name is None:
        return _no_name(word, qualifier, rest, span)
    follows = rest[name.end() : name.end() + 1]
    if follows == "=":
        if rest is not word:
            bare = say(
                '"{word}" is a modifier; "+", "-", "~" and "?" stand only before mechanisms', word=word
            )
            meant = _meant_by_signed(qualifier, name[0].lower(), rest[name.end() + 1 :])
            return _fault(span, bare, "4.6.1", "SPF_SYNTAX", meant)
        return _modifier(name[0].lower(), rest[name.end() + 1 :], at + name.end() + 1, span)
    if follows not in ("", ":", "/") or name[0].lower() not in MECHANISMS:
        return _unknown(
            word, qualifier if rest is not word else "", name[0].lower(), rest[name.end() :], span
        )
    return _mechanism(qualifier, name[0].lower(), rest[name.end() :], span)


def _meant_by_signed(qualifier: str, name: str, argument: str) -> str | None:
    """What a modifier with a sign before it was meant as, where that can be told."""
    if name in ("redirect", "exp"):
        return f"{name}={argument}"
    if name in MECHANISMS:
        fixed = f"{qualifier}{name}:{argument}"
        return None if isinstance(_term(fixed, 0), Fault) else fixed
    if name == "allv" and argument == "spf1":
        return ""  # two records pasted into one: what follows belongs to it
    return f"{qualifier}all" if name.startswith("all") and qualifier != "+" else None


def _odd_characters(word: str, odd: re.Match[str], at: int) -> Fault:
    place = (at + odd.start(), at + odd.end())
    if not odd[0].strip("\t\r\n\x0b\x0c\xa0"):
        text = say("a tab, line break or non-breaking space stands where a plain space belongs")
        return _fault(place, text, "4.6.1", "SPF_SYNTAX", " ")
    text = say(
        '"{characters}" is not printable ASCII; an SPF record holds nothing else', characters=odd[0][:20]
    )
    return _fault(place, text, "3.1", "SPF_SYNTAX", _SLIPS.get(odd[0]))


_DASHES, _UNSEEN = ("\u2011", "\u2013", "\u2014"), ("\u200b", "\u200e", "\ufeff")
_SLIPS: Final = {
    form: meant
    for characters, meant in ((_DASHES, "-"), (_UNSEEN, ""))
    for character in characters
    for form in (character, character.encode("utf-8").decode("latin-1"))
}
"""What word processors put in the place of a hyphen, or beside a word, as text and as octets."""


def _no_name(word: str, qualifier: str, rest: str, span: tuple[int, int]) -> Fault:
    if not rest:
        text = say(
            '"{word}" stands alone; it belongs directly before a mechanism, without a space', word=word
        )
        return _fault(span, text, "4.6.1", "SPF_SYNTAX")
    address, _, length = rest.partition("/")
    if is_address4(address) or _is_address6(address):
        meant = f"{'ip6' if ':' in address else 'ip4'}:{address}" + (f"/{length}" if length else "")
        text = say('"{word}" is an address on its own; did you mean "{meant}"?', word=word, meant=meant)
        return _fault(span, text, "4.6.1", "SPF_SYNTAX", meant)
    return _fault(
        span, say('"{word}" is neither a mechanism nor a modifier', word=word[:80]), "4.6.1", "SPF_SYNTAX"
    )


def _unknown(word: str, sign: str, name: str, tail: str, span: tuple[int, int]) -> Fault:
    """A word that looks like a mechanism of a name nobody knows."""
    if tail[:1] not in ("", ":", "/"):
        return _fault(
            span, say('"{word}" is neither a mechanism nor a modifier', word=word[:80]), "4.6.1", "SPF_SYNTAX"
        )
    meant = _meant(name, tail)
    shown = name + tail[:1]
    if meant is None:
        text = say('"{shown}" is not an SPF mechanism', shown=shown)
        return _fault(span, text, "4.6.1", "SPF_UNKNOWN_MECHANISM")
    text = say('"{shown}" is not an SPF mechanism; did you mean "{meant}"?', shown=shown, meant=meant)
    argument = tail[1:] if meant[-1:] in ":=" else tail
    fixed = ("" if meant.endswith("=") else sign) + meant + argument
    good = not isinstance(_term(fixed, 0), Fault)
    return _fault(span, text, "4.6.1", "SPF_UNKNOWN_MECHANISM", fixed if good else None)


def _meant(name: str, tail: str) -> str | None:
    known = _LOOKALIKES.get(name)
    if known == "ip4:" and tail.count(":") > 1:
        return "ip6:"
    if known is not None:
        return known
    if not tail and "." in name and _TOP_LABEL.search(name.rpartition(".")[2]):
        if name.startswith(("include.", "spf.", "_spf.")) or "spf" in name:
            return "include:" + name
        return "a:" + name
    return None


def _glued(word: str, span: tuple[int, int]) -> Fault | None:
    """Two terms without the space between them."""
    if len(word) > GLUED_LENGTH:
        return None
    for found in _GLUED.finditer(word, 1):
        first, second = word[: found.start()].rstrip(",;"), word[found.start() :]
        if not first:
            continue
        one, other = _term(first, 0), _term(second, 0)
        if not isinstance(one, Fault) and not isinstance(other, Fault):
            text = say('a space is missing in "{word}" before "{second}"', word=word[:80], second=second[:80])
            buried = one.name == "redirect" and other.name == "all"  # beside all it would not be followed
            return _fault(span, text, "4.6.1", "SPF_SYNTAX", first if buried else f"{first} {second}")
    return None


def _modifier(name: str, argument: str, at: int, span: tuple[int, int]) -> Modifier | Fault:
    """modifier = redirect / explanation / unknown-modifier"""
    if name in ("redirect", "exp"):
        return _domain_spec(name, argument, at, span, "6.1" if name == "redirect" else "6.2") or Modifier(
            name, argument
        )
    for fault in macro_faults(argument, EXPLANATION_LETTERS):
        place = (at + fault.span[0], at + fault.span[1])
        return _fault(place, fault.text, "7.1", "SPF_MACRO_SYNTAX", fault.replacement)
    return Modifier(name, argument)


def _mechanism(qualifier: str, name: str, tail: str, span: tuple[int, int]) -> Mechanism | Fault:
    """The argument of a mechanism whose name is known; ``tail`` begins with ":" or "/" or is empty."""
    match name:
        case "all":
            return Mechanism(qualifier, name) if not tail else _argument_of_all(tail, span)
        case "ip4" | "ip6":
            return _address(qualifier, name, tail, span)
        case "a" | "mx":
            return _host(qualifier, name, tail, span)
    at = span[1] - len(tail) + 1
    if not tail and name not in _DOMAIN_SPEC_NEEDED:
        return Mechanism(qualifier, name)
    section = {"include": "5.2", "ptr": "5.5", "exists": "5.7"}[name]
    if tail[:1] == "/":
        return _fault(span, say('"{name}" takes no prefix length', name=name), section, "SPF_SYNTAX")
    return _domain_spec(name, tail[1:], at, span, section) or Mechanism(qualifier, name, tail[1:])


def _argument_of_all(tail: str, span: tuple[int, int]) -> Fault:
    text = say('"all" takes no argument, here it has "{tail}"', tail=tail[:80])
    return _fault((span[1] - len(tail), span[1]), text, "5.1", "SPF_SYNTAX", "")


def _address(qualifier: str, name: str, tail: str, span: tuple[int, int]) -> Mechanism | Fault:
    """ip4 = "ip4" ":" ip4-network [ "/" 0-32 ]; ip6 likewise to 128 (RFC 7208 section 5.6)"""
    at = span[1] - len(tail)
    if tail[:1] != ":" or len(tail) == 1:
        text = say('"{name}" needs an address: {name}:{example}', name=name, example=_EXAMPLE[name])
        return _fault(span, text, "5.6", "SPF_IP_CIDR")
    address, slash, length = tail[1:].partition("/")
    place = (at + 1, at + 1 + len(address))
    four = name == "ip4"
    if not (is_address4(address) if four else _is_address6(address)):
        return _not_an_address(name, address, tail, place, span)
    limit = 32 if four else 128
    if slash and not (_CIDR.fullmatch(length) and int(length) <= limit):
        text = say(
            '"/{length}" is not a prefix length for {name}: 0 to {limit}',
            length=length[:40],
            name=name,
            limit=limit,
        )
        return _fault((place[1], span[1]), text, "5.6", "SPF_IP_CIDR")
    prefix = int(length) if slash else None
    return Mechanism(qualifier, name, address, prefix if four else None, None if four else prefix)


_EXAMPLE: Final = {"ip4": "192.0.2.1", "ip6": "2001:db8::1"}


def _not_an_address(
    name: str, address: str, tail: str, place: tuple[int, int], span: tuple[int, int]
) -> Fault:
    other = "ip6" if name == "ip4" else "ip4"
    if _is_address6(address) if name == "ip4" else is_address4(address):
        text = say(
            '"{address}" belongs in "{other}:", not in "{name}:"', address=address, other=other, name=name
        )
        return _fault((span[1] - len(tail) - len(name), span[1]), text, "5.6", "SPF_IP_CIDR", other + tail)
    bare = address.rstrip(",;.\"'")
    if bare != address and (is_address4(bare) if name == "ip4" else _is_address6(bare)):
        text = say('"{extra}" does not belong after the address', extra=address[len(bare) :])
        return _fault((place[0] + len(bare), place[1]), text, "5.6", "SPF_IP_CIDR", "")
    if name == "ip4" and _DOMAIN.match(address):
        text = say(
            '"{address}" is a host name; "ip4:" takes addresses; did you mean "a:{address}"?', address=address
        )
        return _fault((place[0] - len(name) - 1, span[1]), text, "5.6", "SPF_IP_CIDR", "a" + tail)
    text = say('"{address}" is not an {family} address', address=address[:80], family=_FAMILY[name])
    return _fault(place if address else span, text, "5.6", "SPF_IP_CIDR")


_FAMILY: Final = {"ip4": "IPv4", "ip6": "IPv6"}
_DOMAIN: Final = re.compile(r"(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?\Z", re.IGNORECASE)


def is_address4(text: str) -> bool:
    """Four numbers of at most 255 without leading zeros: what `ipaddress` takes, which is ten times slower."""
    return _ADDRESS4.fullmatch(text) is not None


def _is_address6(text: str) -> bool:
    if ":" not in text or not _ADDRESS6.match(text):
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _host(qualifier: str, name: str, tail: str, span: tuple[int, int]) -> Mechanism | Fault:
    """a = "a" [ ":" domain-spec ] [ dual-cidr-length ]; mx likewise (RFC 7208 sections 5.3, 5.4)"""
    section = "5.3" if name == "a" else "5.4"
    lengths = _DUAL_CIDR.search(tail)
    cut = lengths.start() if lengths else len(tail)
    four, six = (lengths[1], lengths[2]) if lengths else (None, None)
    spec, at = tail[1:cut], span[1] - len(tail) + 1
    place = (at - 1 + cut, span[1])
    if (four is not None and int(four) > 32) or (six is not None and int(six) > 128):
        text = say(
            '"{lengths}" is out of range: /0 to /32 for IPv4, //0 to //128 for IPv6', lengths=tail[cut:]
        )
        return _fault(place, text, section, "SPF_DUAL_CIDR")
    if tail[:cut]:
        after_name = 0 if tail[0] == "/" else max(tail.rfind("."), last_macro_end(tail), 0)
        slash = tail.find("/", after_name)
        if slash >= 0 and slash < cut:
            text = say(
                '"{lengths}" is not "/n" for IPv4 followed by "//n" for IPv6', lengths=tail[slash:][:40]
            )
            return _fault((at - 1 + slash, span[1]), text, section, "SPF_DUAL_CIDR")
        fault = _domain_spec(name, spec, at, span, section)
        if fault is not None:
            return fault
    return Mechanism(qualifier, name, spec, int(four) if four else None, int(six) if six else None)


def _domain_spec(name: str, spec: str, at: int, span: tuple[int, int], section: str) -> Fault | None:
    """domain-spec = macro-string ( "." toplabel [ "." ] / macro-expand ) (RFC 7208 section 7.1)"""
    if not spec:
        text = say('"{name}" needs a domain name after it', name=name)
        return _fault(span, text, section, "SPF_SYNTAX")
    for fault in macro_faults(spec):
        place = (at + fault.span[0], at + fault.span[1])
        return _fault(place, fault.text, "7.2", "SPF_MACRO_SYNTAX", fault.replacement)
    end = last_macro_end(spec)
    if end == len(spec):
        return None
    dot = spec.rfind(".", end, len(spec) - 1)
    if dot >= 0 and _TOP_LABEL.match(spec, dot + 1):
        return None
    return _bad_end(name, spec, (at, at + len(spec)), span)


def _bad_end(name: str, spec: str, place: tuple[int, int], span: tuple[int, int]) -> Fault:
    address, _, length = spec.partition("/")
    if is_address4(address) or _is_address6(address):
        meant = f"{'ip6' if ':' in address else 'ip4'}:{spec}"
        text = say('"{spec}" is an address; did you mean "{meant}"?', spec=spec[:80], meant=meant[:80])
        named = (place[0] - 1 - len(name), place[1])
        return _fault(
            named, text, "7.1", "SPF_DOMAIN_SPEC", meant if name in ("a", "mx", "include") else None
        )
    if name not in ("a", "mx") and length.isdigit() and _DOMAIN.match(address):
        text = say('"{name}" takes no prefix length: remove "/{length}"', name=name, length=length[:40])
        return _fault((place[1] - len(length) - 1, place[1]), text, "7.1", "SPF_DOMAIN_SPEC", "")
    bare = spec.rstrip(",;\"'")
    if bare != spec and _DOMAIN.match(bare):
        text = say('"{extra}" does not belong after the domain name', extra=spec[len(bare) :])
        return _fault((place[0] + len(bare), place[1]), text, "7.1", "SPF_DOMAIN_SPEC", "")
    text = say(
        '"{spec}" is not a domain name: it must end in a dot and a top-level label, or in a macro',
        spec=spec[:80],
    )
    return _fault(place, text, "7.1", "SPF_DOMAIN_SPEC")
