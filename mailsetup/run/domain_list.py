"""Lists of domains as people keep them: one a line, with comments, blanks, BOMs and duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mailsetup.model.errors import UsageError
from mailsetup.model.message import phrase, say
from mailsetup.model.names import DomainName


@dataclass(slots=True)
class DomainList:
    """``names`` in their order, each once; ``refused`` are sentences about the ones that are no names."""

    names: list[DomainName] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def refusal(self) -> UsageError:
        """What to say where no name is one."""
        if len(self.refused) == 1:
            return UsageError(self.refused[0])
        return UsageError(
            say(
                "none of the {n} {n:name|names} is a domain name; the first: {why}",
                n=len(self.refused),
                why=self.refused[0],
            )
        )


def gather(typed: Iterable[str], path: str | None = None) -> DomainList:
    """The domains of a command line and of a list file (``-`` is standard input)."""
    found = DomainList()
    seen: set[str] = set()
    for where, text in _entries(typed, path):
        try:
            name = DomainName.parse(text)
        except UsageError as fault:
            found.refused.append(f"{where}{fault}")
            continue
        if name not in seen:
            seen.add(name)
            found.names.append(name)
    if not found.names and not found.refused:
        raise UsageError(say("no domain was given; type one, such as: mailsetup audit example.com"))
    return found


def _entries(typed: Iterable[str], path: str | None) -> Iterator[tuple[str, str]]:
    for text in typed:
        yield "", text
    if path is None:
        return
    for number, line in enumerate(_text(path).splitlines(), 1):
        entry = line.partition("#")[0].strip().strip("\ufeff").strip()
        if entry.startswith((";", "//")):
            continue
        entry = entry.strip(",;").strip("\"' \t")
        if entry:
            yield f"{say('{file}, line {line}', file=path, line=number)}: ", entry


def _text(path: str) -> str:
    from mailsetup.edge.files import read_stream, read_text

    if path == "-":
        import sys

        return read_stream(sys.stdin.buffer, path, phrase("list"))
    return read_text(path, phrase("list"))
