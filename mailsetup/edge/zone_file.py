"""
BIND master files (RFC 1035 section 5) as a source of answers.

dnspython reads the syntax; this file finds the origin, keeps `$INCLUDE` and `$GENERATE`
within bounds, remembers the line of every record, and says what is wrong in a sentence.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from mailsetup.grammar.public_suffix import ends_in_listed_label
from mailsetup.model import os_faults
from mailsetup.model.dns import SOA, TXT, Opaque, Rdata
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Authority, Entry, Place, Zone
from .dnspython_faults import let_interrupts_through, name_fault, record_fault
from .odd_digests import odd_digest
from .proxied import PROXIED_TYPES, addresses_of, proxied_notes
from .rdata_from_dnspython import from_dnspython, is_judged, name_text
from .zone_exports import AUTOMATIC_SECONDS, AUTOMATIC_TTL, export_of, is_proxied
from .zone_origin import ROOT, any_directive, stated_origin

if TYPE_CHECKING:
    import dns.name

SIZE_LIMIT = 64 * 2**20  # octets, a file with all it includes; a million records of 64
RECORD_LIMIT = 1_000_000
GENERATE_LIMIT = 65_536  # records of one $GENERATE: a /16 of reverse names
INCLUDE_DEPTH_LIMIT = 8
TTL_LIMIT = 2**31  # what is more counts as nothing, RFC 2181 section 8
FALLBACK_TTL = 3600  # where neither record, $TTL nor SOA gives one; BIND would refuse the file

YAML = (".yaml", ".yml")
_AFFIXES = ("db.",), (".zone", ".db", ".dns")
_PLAIN = ".txt"  # as exports are saved; it says nothing of itself
_EIGHT_BIT_NAME = re.compile(r"\\(?:1[3-9][0-9]|12[89]|2[0-9][0-9])")  # an octet above 127 in a name
_AT_LABEL = ".\\@."
_ALIASES = frozenset({"ALIAS", "ANAME"})
_TEXT_TYPE = re.compile(r"\sTXT\s", re.IGNORECASE)
_TAG = re.compile(r"\s*+\w++\s*+=")
_EIGHT_BIT = re.compile(rb"(\\[0-9]{3}|\\[\x00-\x7f])|\\?([\x80-\xff])")


class ZoneFile(Authority):
    """
    Zone files as a source: authoritative for what they hold, `UNASKED` beyond.

    Each argument is ``[ORIGIN=]FILE``. The origin is the one given, else the one `stated_origin` finds in the text,
    else the file name without ``.zone`` or ``db.``; an ``$ORIGIN`` that comes after records counts only where it is
    not a part of the zone the file name tells. Exports of DNS hosts are read as the hosts mean them. Raises `UsageError`
    when none of these is there, `InputError` (file, line) for what cannot be read. ``notes`` says what was
    accepted although a name server would want more. Folders and ``.yaml`` files are read as octoDNS zones,
    ``.json`` as DNSControl's intermediate form or a Terraform plan.
    """

    def __init__(self, *files: str | os.PathLike[str]) -> None:
        self._hold([loaded for file in files for loaded in _read(os.fspath(file))])

    @classmethod
    def of(cls, text: str | bytes, origin: str = "", name: str = "zone") -> ZoneFile:
        """A zone from its text; ``name`` stands where messages would name the file."""
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        source = cls.__new__(cls)
        source._hold([_load(data, name, origin, None)])
        return source

    def _hold(self, loaded: list[tuple[Zone, list[Message]]]) -> None:
        super().__init__((zone for zone, _ in loaded), "; ".join(zone.server for zone, _ in loaded))
        if len(self.zones) < len(loaded):
            twice = next(z.origin for z, _ in loaded if self.zones[z.origin] is not z)
            raise UsageError(say("two of the zone files are for {twice}; give one file a zone", twice=twice))
        self.notes = tuple(note for _, notes in loaded for note in notes)


def _read(argument: str) -> list[tuple[Zone, list[Message]]]:
    origin, path = _split(argument)
    if path.is_dir() or path.suffix.lower() in YAML:
        from .octodns_folder import octodns_zones

        return octodns_zones(argument)
    if path.suffix.lower() == ".json":
        from .json_zone import json_zones

        return json_zones(origin, path)
    return [_load(_bytes_of(path, SIZE_LIMIT), str(path), origin, path)]


def _split(argument: str) -> tuple[str, Path]:
    before, equals, after = argument.partition("=")
    if not equals or Path(argument).exists():
        return "", Path(argument)
    return before, Path(after)


def _bytes_of(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as fault:
        reason = os_faults.strerror(fault) if isinstance(fault, OSError) else say("not a file name")
        raise InputError(
            say("{path}: cannot be read ({reason}); give a zone file", path=str(path), reason=reason)
        ) from None
    if len(data) > limit:
        raise InputError(
            say(
                "{path}: larger than {limit} MiB with what it includes; split the zone",
                path=str(path),
                limit=SIZE_LIMIT // 2**20,
            )
        )
    return data


def _decode(data: bytes, name: str) -> str:
    """Text in ASCII: other octets become ``\\DDD``, which keeps them exactly, in UTF-8 or not."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(say("{name}: written in UTF-16; save it as UTF-8", name=name))
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.isascii():
        data = _EIGHT_BIT.sub(lambda m: m[1] or b"\\%03d" % m[2][0], data)
    return data.decode("ascii")


def _load(data: bytes, name: str, given: str, path: Path | None) -> tuple[Zone, list[Message]]:
    text = _decode(data, name)
    origin = _origin(text, name, given, path)
    reading = _Reading(text, name, origin, path, SIZE_LIMIT - len(data))
    entries = reading.read()
    zone = Zone(origin, entries, f"zone file {printable(Path(name).name if path else name)}", reading.hidden)
    return zone, list(_notes(zone, name, reading))


def _notes(zone: Zone, name: str, reading: _Reading) -> Iterator[Message]:
    apex = zone.sets.get(zone.origin, {})
    missing = [rdtype for rdtype in ("SOA", "NS") if rdtype not in apex]
    if missing:
        yield say(
            "{file} has no {types} record at {origin}; what it holds is taken as the zone's content",
            file=name,
            types=str(say(" and no ")).join(missing),
            origin=zone.origin,
        )
    if zone.ignored:
        yield say(
            "{file}: {count} {count:record is|records are} outside {origin} and not read, the first at line {line}: {owner}",
            file=name,
            count=len(zone.ignored),
            origin=zone.origin,
            line=zone.ignored[0].place.line,
            owner=zone.ignored[0].owner,
        )
    if reading.without_ttl:
        yield say(
            "{file}: neither the records nor $TTL nor an SOA gives a time to live; {ttl} s is assumed",
            file=name,
            ttl=FALLBACK_TTL,
        )
    for entry in reading.cut_by_comment:
        yield say(
            "{file}, line {line}: the text at {owner} has no quotes, so what follows the semicolon is a comment and"
            " not published; put the whole text in quotes",
            file=entry.place.file,
            line=entry.place.line,
            owner=entry.owner,
        )
    yield from proxied_notes(name, zone.origin, reading.hidden)
    if reading.unread:
        first = reading.unread[0]
        yield say(
            "{file}: {count} {count:record|records} of types that nothing about mail depends on cannot be read,"
            " the first at line {line}: {rdtype} ({reason})",
            file=first.place.file,
            count=len(reading.unread),
            line=first.place.line,
            rdtype=first.rdtype,
            reason=first.reason,
        )
    at = next((owner for owner in zone.sets if _AT_LABEL in f".{owner}."), None)
    if at is not None:
        yield say(
            '{file}: the name {owner} holds an "@" between dots, which name servers publish as it is; for the zone'
            " itself leave it out",
            file=name,
            owner=at,
        )
    odd = next((owner for owner in zone.sets if _EIGHT_BIT_NAME.search(owner)), None)
    if odd is not None:
        yield say(
            "{file}: the name {owner} is written in letters that name servers publish as they are, not as a"
            " domain name; write it in its xn-- form",
            file=name,
            owner=odd,
        )


def _origin(text: str, name: str, given: str, path: Path | None) -> str:
    if given:
        return _name(given, name)
    found = stated_origin(text)
    guess = _from_file_name(path) if path else ""
    if found and not (found == ROOT and guess):
        return _name(found, name)
    later = any_directive(text)
    below = _name(later, name) if later else ""
    if below and not (guess and below.endswith(f".{guess}")):
        return below
    if guess:
        return guess
    raise UsageError(
        say(
            "{name}: it cannot be told which zone this is: no $ORIGIN, no SOA with a whole name, "
            "and the file name is not a domain; give it as ORIGIN=FILE, such as "
            "example.com={name_2}",
            name=name,
            name_2=Path(name).name,
        )
    )


def _name(text: str, file: str) -> str:
    import dns.exception
    import dns.name

    try:
        if not text.isascii():
            return DomainName.parse(text)
        return name_text(dns.name.from_text(text))
    except (dns.exception.DNSException, UnicodeError, ValueError, UsageError) as fault:
        reason = fault if isinstance(fault, UsageError) else name_fault(fault)
        raise UsageError(
            say(
                '{file}: the origin "{text}" is not a name ({fault})', file=file, text=text[:80], fault=reason
            )
        ) from None


def _from_file_name(path: Path) -> str:
    plain = stem = path.name.removesuffix(_PLAIN)
    for prefix in _AFFIXES[0]:
        stem = stem.removeprefix(prefix)
    for suffix in _AFFIXES[1]:
        stem = stem.removesuffix(suffix)
    try:
        name = DomainName.parse(stem)
    except UsageError:
        return ""
    return name if stem != plain or ends_in_listed_label(name) else ""


class Unread(NamedTuple):
    """A record whose data could not be read and stand as they are, for nothing is decided on them."""

    rdtype: str
    place: Place
    reason: Message


class _Reading:
    """
    One zone file being read.

    It is the transaction dnspython's reader writes into, and it feeds that reader from a stack of
    files: an included one is put on top, its end brings back the origin of the file below.
    """

    def __init__(self, text: str, name: str, origin: str, path: Path | None, room: int) -> None:
        import dns.name
        import dns.rdataclass
        import dns.zonefile

        self.entries: list[Entry] = []
        self.owner_before: dns.name.Name | None = None
        self.without_ttl = False
        self.manager = self
        self.room = room
        self.folder = path.resolve().parent if path else None
        self.stack: list[tuple[Any, ...]] = []
        self.generated = 0
        self._names: dict[dns.name.Name, str] = {}
        self.tok = _tokenizer()(io.StringIO(text, newline=""), name)
        self.tok.at_line_start = self._at_line_start
        self.paths = [path] if path else []
        self.texts = [text.split("\n")]
        self.cut_by_comment: list[Entry] = []
        self.unread: list[Unread] = []
        self.hidden: set[tuple[str, str]] = set()
        self.export = export_of(text)
        self.origin = origin
        self.dotless = (
            f"{origin}.{origin}"  # where an SOA stands whose owner lacks its final dot, as exports have it
        )
        self.reader = dns.zonefile.Reader(
            self.tok,
            dns.rdataclass.IN,
            self,  # type: ignore[arg-type]  # the four methods a reader calls, nothing more
            allow_directives=("$GENERATE", "$ORIGIN", "$TTL"),
        )
        self.reader.current_origin = self.reader.last_name = dns.name.from_text(origin + ".")
        self.reader.default_ttl, self.reader.default_ttl_known = FALLBACK_TTL, True
        self.reader.default_ttl_from_soa = True  # so that $TTL and any stated TTL take precedence

    def read(self) -> list[Entry]:
        """All records in their order. Raises `InputError` with file and line."""
        import dns.exception

        while True:
            try:
                self.reader.read()
                return self.entries
            except InputError:
                raise
            except dns.exception.UnexpectedEnd:
                self._refuse(say("the record ends too early; its data or a closing quote is missing"))
            except (
                Exception
            ) as fault:  # names too long, bad escapes, numbers out of range: all are the file's
                let_interrupts_through(fault)
                if not self._kept_all_the_same(fault):
                    self._refuse(record_fault(fault))

    def _kept_all_the_same(self, fault: Exception) -> bool:
        """
        Whether the record that was refused is one that name servers publish; then the reader goes on behind it.

        So are digests of any length, and whatever stands in a type that nothing is decided on. ``ALIAS`` is the word
        of many DNS hosts for a name that is answered with its target's addresses.
        """
        owner = self.reader.last_name
        words: list[str] = self.tok.rest_of_record() if owner is not None else []
        head = next((at for at, word in enumerate(words[:3]) if not _stands_before_type(word)), len(words))
        if owner is None or not words[head + 1 :]:
            return False
        rdtype, data = _type_name(words[head]), words[head + 1 :]
        value: Rdata | None = odd_digest(rdtype, data)
        if rdtype in _ALIASES:
            rdtype, value = "ALIAS", self._alias(data)
        elif value is None and not is_judged(rdtype):
            value = Opaque(" ".join(data))
            self.unread.append(Unread(rdtype, self._place(), record_fault(fault)))
        if value is None:
            return False
        self._hold(owner, rdtype, self._time_to_live(words[:head]), value)
        return True

    def _alias(self, data: list[str]) -> str | None:
        import dns.exception
        import dns.name

        with suppress(dns.exception.DNSException, UnicodeError):
            return (
                name_text(dns.name.from_text(data[0], self.reader.current_origin)) if len(data) == 1 else None
            )
        return None

    def _time_to_live(self, words: list[str]) -> int:
        """What a record states before its type, else what holds for the records here."""
        import dns.ttl

        for word in words:
            with suppress(dns.ttl.BadTTL):
                return dns.ttl.from_text(word)
        reader = self.reader
        stated = reader.last_ttl_known and (reader.default_ttl_from_soa or not reader.default_ttl_known)
        return reader.last_ttl if stated else reader.default_ttl

    def _refuse(self, reason: Message) -> NoReturn:
        where = say("{file}, line {line}", file=self.tok.filename, line=self.tok.started)
        line = self._line()
        quote = f": {line[:77] + '...' if len(line) > 80 else line}" if line else ""
        raise InputError(printable(f"{where}: {reason}{quote}")) from None

    def _line(self) -> str:
        """The line at which the present record begins."""
        lines = self.texts[-1]
        return lines[self.tok.started - 1].strip() if len(lines) >= self.tok.started else ""

    # What dnspython's reader calls.

    def origin_information(self) -> tuple[Any, bool, Any]:
        """The root as the zone's origin, so that the reader drops no record silently."""
        import dns.name

        return dns.name.root, False, dns.name.root

    def check_put_rdataset(self, check: Callable[..., None]) -> None:
        """CNAMEs beside other data are kept and reported, not refused."""

    def _set_origin(self, origin: object) -> None:
        """Nothing to do: `$ORIGIN` moves the reader, not the zone."""

    def add(self, name: dns.name.Name, ttl: int, rdata: Any) -> None:
        """Takes one record."""
        import dns.rdatatype

        self._hold(name, dns.rdatatype.to_text(rdata.rdtype), ttl, from_dnspython(rdata))

    def _hold(self, name: dns.name.Name, rdtype: str, ttl: int, value: Rdata) -> None:
        owner = self._names.get(name)
        if owner is None:
            owner = self._names[name] = name_text(name)
        if type(value) is SOA and owner == self.dotless:
            owner = self.origin
        if self.export.tagged:
            if rdtype in PROXIED_TYPES and is_proxied(self._line()):
                self.hidden |= addresses_of(owner)
                return
            ttl = AUTOMATIC_SECONDS if ttl == AUTOMATIC_TTL else ttl
        if not self.reader.last_ttl_known and self.reader.default_ttl_from_soa:
            if type(value) is SOA:
                ttl = self.reader.default_ttl = (
                    value.minimum
                )  # RFC 2308 section 4 removed it, files rely on it
                self.without_ttl = False
                self.soa_seen = True
            elif not self.soa_seen:
                self.without_ttl = True
        self._count()
        ttl = 0 if ttl >= TTL_LIMIT else ttl
        entry = Entry(owner, rdtype, ttl, value, self._place())
        self.entries.append(entry)
        if type(value) is TXT and _is_cut(self._line()):
            self.cut_by_comment.append(entry)

    soa_seen = False

    def _place(self) -> Place:
        return Place(self.tok.filename, self.tok.started)

    def _count(self) -> None:
        self.generated += 1
        if self.generated > GENERATE_LIMIT:
            self._refuse(say("$GENERATE makes more than {limit} records; split it", limit=GENERATE_LIMIT))
        if len(self.entries) >= RECORD_LIMIT:
            self._refuse(say("more than {limit} records; split the zone", limit=RECORD_LIMIT))

    # $INCLUDE.

    def _at_line_start(self, token: Any) -> bool:
        """Whether the token was dealt with here: a beginning or an ended include."""
        self.generated = 0
        if self.export.at_ends and token.is_identifier() and token.value.endswith(".@"):
            token.value = token.value.removesuffix(".@")
        if self.owner_before is not None:  # made names are nobody's to inherit, as BIND has it
            self.reader.last_name, self.owner_before = self.owner_before, None
        self.tok.generating = token.is_identifier() and token.value.upper() == "$GENERATE"
        if self.tok.generating:
            self.owner_before = self.reader.last_name
        if token.is_eof() and self.stack:
            self._leave()
            return True
        if token.is_identifier() and token.value.upper() == "$INCLUDE":
            self._enter()
            return True
        return False

    def _enter(self) -> None:
        import dns.name

        wanted = self.tok.get().unescape().value
        token = self.tok.get()
        origin = self.reader.current_origin
        if token.is_identifier():
            origin = dns.name.from_text(token.value, origin)
            self.tok.get_eol()
        if not wanted:
            self._refuse(say("$INCLUDE without a file name"))
        path = self._included(wanted)
        data = _bytes_of(path, self.room)
        self.room -= len(data)
        tok, reader = self.tok, self.reader
        self.stack.append(
            (
                tok.file,
                tok.filename,
                tok.line_number,
                tok.eof,
                tok.after_cr,
                reader.current_origin,
                reader.last_name,
            )
        )
        self.paths.append(path)
        text = _decode(data, str(path))
        self.texts.append(text.split("\n"))
        tok.file, tok.filename = io.StringIO(text, newline=""), str(path)
        tok.line_number, tok.eof, tok.after_cr = 1, False, False
        reader.current_origin = origin

    def _leave(self) -> None:
        tok, reader = self.tok, self.reader
        tok.file, tok.filename, tok.line_number, tok.eof, tok.after_cr, origin, last = self.stack.pop()
        reader.current_origin, reader.last_name = origin, last  # RFC 1035 section 5.1
        tok.ungotten_char = None
        self.paths.pop()
        self.texts.pop()

    def _beside(self, wanted: str) -> Path:
        """Where a relative path leads from the including file, the zone's folder, or a server's folder above that."""
        assert self.folder is not None
        beside = (self.paths[-1].parent / wanted).resolve()
        if beside.exists():
            return beside
        found = ((start / wanted).resolve() for start in (self.folder, *self.folder.parents))
        inside = (path for path in found if path.is_relative_to(self.folder) and path.is_file())
        return next(inside, (self.folder / wanted).resolve())

    def _included(self, wanted: str) -> Path:
        """The file an `$INCLUDE` means; it must lie in the zone file's folder, links resolved."""
        if self.folder is None:
            self._refuse(say("$INCLUDE needs a zone read from a file"))
        if len(self.stack) >= INCLUDE_DEPTH_LIMIT:
            self._refuse(say("$INCLUDE nested deeper than {limit}", limit=INCLUDE_DEPTH_LIMIT))
        if PurePosixPath(wanted).is_absolute() or PureWindowsPath(wanted).anchor or "\0" in wanted:
            self._refuse(
                say(
                    '$INCLUDE "{wanted}": an absolute path; only files in the zone file\'s folder are read',
                    wanted=wanted,
                )
            )
        path = self._beside(wanted)
        if not path.is_relative_to(self.folder):
            self._refuse(
                say('$INCLUDE "{wanted}" leads out of the zone file\'s folder and is not read', wanted=wanted)
            )
        if not path.is_file():
            self._refuse(say('$INCLUDE "{wanted}": no such file in the zone file\'s folder', wanted=wanted))
        return path


def _stands_before_type(word: str) -> bool:
    """Whether a word is a time to live or the class IN."""
    import dns.ttl

    with suppress(dns.ttl.BadTTL):
        dns.ttl.from_text(word)
        return True
    return word.upper() in ("IN", "CLASS1")


def _type_name(word: str) -> str:
    """A record type in its usual spelling; a word that is none in upper case."""
    import dns.exception
    import dns.rdatatype

    with suppress(dns.exception.DNSException, ValueError):
        return str(dns.rdatatype.to_text(dns.rdatatype.from_text(word)))
    return word.upper()


def _is_cut(line: str) -> bool:
    """Whether tags and values stand without quotes and a semicolon cuts them (RFC 1035 section 5.1)."""
    before, semicolon, after = line.partition(";")
    rdtype = _TEXT_TYPE.search(before) if semicolon and not set(before) & set('"(') else None
    return rdtype is not None and "=" in before[rdtype.end() :] and _TAG.match(after) is not None


def _is_blank(token: Any) -> bool:
    return bool(token.is_eol_or_eof() or token.is_whitespace())


def _tokenizer() -> Any:
    """dnspython's tokenizer with a hook at line starts; made on first use, as dnspython is slow to import."""
    import dns.exception
    import dns.tokenizer

    class Tokenizer(dns.tokenizer.Tokenizer):
        started = 1
        generating = False
        at_line_start: Callable[[Any], bool]
        words: tuple[str, ...] | list[str] = ()  # of the present record behind its owner, escapes untouched

        def rest_of_record(self) -> list[str]:
            """The words of the present record behind its owner, all of its lines read; none of a directive."""
            with suppress(dns.exception.DNSException):
                while not self.get().is_eol_or_eof():
                    pass
            return list(self.words)

        def get(self, want_leading: bool = False, want_comment: bool = False) -> Any:
            if not (want_leading and want_comment):
                fresh = self.ungotten_token is None
                token = super().get(want_leading, want_comment)
                if want_leading and not isinstance(self.words, list):  # the owner, or the blank in its place
                    self.words = []
                elif fresh and isinstance(self.words, list) and not _is_blank(token):
                    self.words.append(token.value)
                if self.generating and token.is_quoted_string():  # BIND's manual writes MX "0 ." there
                    return dns.tokenizer.Token(dns.tokenizer.IDENTIFIER, token.value, token.has_escape)
                return token
            while True:
                self.started = self.line_number
                self.words = ()
                token = super().get(True, True)
                if not self.at_line_start(token):
                    return token

    return Tokenizer
