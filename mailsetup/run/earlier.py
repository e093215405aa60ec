"""An earlier run's result, read back for before and after: an audit in JSON, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mailsetup.model.errors import InputError
from mailsetup.model.language import ENGLISH, language, translated
from mailsetup.model.message import phrase, say

VERSION = "1"  # of what this program reads and writes, `forms.documents`
_KINDS = frozenset(f"mailsetup/{kind}" for kind in ("audit", "report", "baseline", "snapshot"))


def read_earlier(path: str) -> dict[str, Mapping[str, Any]]:
    """The reports of an earlier run by domain; `InputError` where the file is no result of `mailsetup audit`."""
    from mailsetup.edge.files import read_text

    text = read_text(path, phrase("earlier result"))
    found = {}
    for document in documents(text, path):
        if not _is_report(document):
            raise InputError(
                say(
                    "--before: {file} holds no audit; give a file of `mailsetup audit --format json` or jsonl",
                    file=path,
                )
            )
        found[document["domain"]] = in_this_language(document)
    return found


def in_this_language(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    A report whose findings can be quoted in the language in use.

    A result holds finished sentences, not their templates and values, which belong to one version of the
    program. Those of another language are therefore told by their checks' titles, which every language has.
    """
    if document.get("language", ENGLISH) == language():
        return document
    from .registry import checks_by_id

    titles = {name: check.title for name, check in checks_by_id().items()}
    verdicts = [_retold(verdict, titles.get(verdict["check"], "")) for verdict in document["verdicts"]]
    return {**document, "verdicts": verdicts}


def _retold(verdict: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    if not title or not verdict["findings"]:
        return verdict
    findings = [
        {**f, "message": str(say("{title} ({owner})", title=translated(title), owner=f.get("owner", "")))}
        for f in verdict["findings"]
    ]
    return {**verdict, "findings": findings}


def documents(text: str, path: str, option: str = "--before") -> Iterator[Any]:
    """The reports of a JSON or JSON-lines result, or whatever else the file holds."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _lines(text, path, option)
        return
    _known_version(whole, path)
    if isinstance(whole, Mapping) and isinstance(whole.get("reports"), list):
        yield from whole["reports"]
    else:
        yield whole


def _lines(text: str, path: str, option: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):  # a string may hold what str.splitlines cuts at
        if line.strip():
            try:
                document = json.loads(line)
            except (ValueError, RecursionError):
                raise InputError(
                    say(
                        "{option}: {file}, line {number}: is not JSON",
                        option=option,
                        file=path,
                        number=number,
                    )
                ) from None
            _known_version(document, path)
            yield document


def _known_version(document: Any, path: str) -> None:
    """Refuses a document of another version, whose fields may mean something else."""
    schema = document.get("schema") if isinstance(document, Mapping) else None
    kind, _, version = str(schema or "").rpartition("/")
    if kind in _KINDS and version != VERSION:
        raise InputError(
            say(
                '{origin}: schema "{data}" is not known to this version, which reads {schema}',
                origin=path,
                data=str(schema)[:60],
                schema=f"{kind}/{VERSION}",
            )
        )


def _is_report(document: Any) -> bool:
    """Whether what the comparison reads is there and of the right kind."""
    return (
        isinstance(document, Mapping)
        and isinstance(document.get("domain"), str)
        and isinstance(document.get("verdicts"), list)
        and all(_is_verdict(verdict) for verdict in document["verdicts"])
    )


def _is_verdict(verdict: Any) -> bool:
    return (
        isinstance(verdict, Mapping)
        and isinstance(verdict.get("check"), str)
        and isinstance(verdict.get("findings"), list)
        and all(
            isinstance(f, Mapping) and isinstance(f.get("owner"), str) and isinstance(f.get("message"), str)
            for f in verdict["findings"]
        )
    )
