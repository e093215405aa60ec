"""Real SPF records, as published: merged and flattened without a crash, a second record, or a loss."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.model.walk import replay
from mailsetup.planning.spf_flatten import flatten
from mailsetup.planning.spf_merge import merge_and_prove
from tests.corpora import corpus

GOOGLE = "include:_spf.google.test"
EVERY = 40  # one in so many: enough for a test run; all of them were run when this was written


def lines(name: str) -> Iterator[dict[str, object]]:
    """The rows of a corpus file, plain or gzipped."""
    path = corpus(f"dns-real/{name}")
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            yield json.loads(line)


def test_published_records_are_merged_and_flattened_while_nothing_else_is_known():
    """
    With no answer at all about hosts and includes, nobody who is listed loses and every flattening is proven.
    """
    for row in list(lines("spf_distinct.jsonl"))[::EVERY]:
        text = str(row["value"])
        merged, proof = replay(merge_and_prove("nobody.example", (text,), (GOOGLE,)), {})
        flat = replay(flatten("nobody.example", text), {})

        assert merged.left_alone or parse_spf(merged.text).valid, text
        assert merged.left_alone or GOOGLE in merged.text, text
        assert proof is None or not proof.lost.get("pass"), text
        assert not flat.text or flat.equal, text


def test_domains_with_several_records_get_one():
    """
    Two and more records become one valid record that has what is wanted.
    """
    several = 0
    for row in lines("domain_profiles_mx_spf.jsonl.gz"):
        texts = tuple(t for t in row["spf"] if is_spf(t))  # type: ignore[attr-defined]
        if len(texts) < 2:
            continue
        several += 1
        merged, _ = replay(merge_and_prove(str(row["domain"]), texts, (GOOGLE,)), {})

        assert merged.left_alone or (parse_spf(merged.text).valid and GOOGLE in merged.text), texts
    assert several
