"""Keys: from the environment or a private file, and shown to nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailsetup.model.blocklist import KEY_LABEL
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.errors import InputError
from mailsetup.profiles.blocklists import blocklist_named
from mailsetup.run.blocklist_choice import choose
from mailsetup.run.blocklist_keys import Keys, load_keys
from mailsetup.run.blocklist_source import ListSource, Memo

KEY = "s3cretkeys3cretkeys3cretke"


class Noting:
    """A source that keeps what it was asked and says the question back."""

    description = "noting"

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def ask(self, question: Question) -> DnsAnswer:
        self.asked.append(question)
        name = str(question[0])
        return DnsAnswer(
            Outcome.FOUND,
            (TXT.of(f"see {name.upper()}"), name),
            (name,),
            60,
            server=name,
            detail=name,
            zone=name,
        )

    async def close(self) -> None:
        """Nothing is open."""


def private(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def test_a_key_is_on_the_wire_and_nowhere_else() -> None:
    """
    The stand-in is replaced in the question and put back into every field of the answer.
    """
    keys = Keys({"spamhaus": KEY})
    (zen,) = choose(["spamhaus-zen"], keys=keys).lists
    below = Noting()
    question = DnsQuestion(f"9.113.0.203.{zen.zone}", "TXT")
    answer = ListSource(below, [zen], keys.values).ask(question)

    assert zen.keyed and KEY_LABEL in zen.zone
    assert [DnsQuestion(f"9.113.0.203.{KEY}.zen.dq.spamhaus.net", "TXT")] == below.asked
    assert KEY not in repr(answer).lower()
    assert KEY not in repr(keys) + str(keys) + repr(zen)


def test_other_questions_pass_untouched() -> None:
    """
    Only the lists' zones are anybody's business.
    """
    below = Noting()
    source = ListSource(below, [blocklist_named("psbl")], {})
    source.ask(DnsQuestion("example.com", "MX"))

    assert [DnsQuestion("example.com", "MX")] == below.asked


def test_a_proof_is_kept_for_an_hour_and_across_runs() -> None:
    """
    Test entries are asked once for all runs that share a memo; other entries each time.
    """
    memo: Memo = {}
    below = Noting()
    for _ in range(3):
        source = ListSource(below, [blocklist_named("psbl")], {}, memo)
        source.ask(DnsQuestion("2.0.0.127.psbl.surriel.com", "A"))
        source.ask(DnsQuestion("9.113.0.203.psbl.surriel.com", "A"))

    assert 1 == below.asked.count(DnsQuestion("2.0.0.127.psbl.surriel.com", "A"))
    assert 3 == below.asked.count(DnsQuestion("9.113.0.203.psbl.surriel.com", "A"))


def test_keys_come_from_the_environment_before_the_file(tmp_path: Path) -> None:
    """
    Case does not matter in DNS, so keys are kept in lower case.
    """
    path = private(tmp_path / "keys.toml", 'spamhaus = "FromFile"\nabusix = "other"\n')
    keys = load_keys(["spamhaus", "abusix"], path, {"MAILSETUP_SPAMHAUS_KEY": "FromEnv"})

    assert {"spamhaus": "fromenv", "abusix": "other"} == dict(keys.values)


def test_the_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    """
    So that no command line names it.
    """
    path = private(tmp_path / "keys.toml", 'spamhaus = "abc"\n')

    assert "spamhaus" in load_keys(["spamhaus"], None, {"MAILSETUP_BLOCKLIST_KEYS": path})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f'spamhaus = "{KEY}', "not TOML"),
        (f'spamhouse = "{KEY}"', "known: spamhaus"),
        (f'spamhaus = "{KEY}.evil"', "not a key"),
        (f'spamhaus = ["{KEY}"]', "not a text"),
    ],
)
def test_a_bad_key_file_is_refused_without_quoting_it(tmp_path: Path, text: str, word: str) -> None:
    """
    The sentence says what is wrong and where, never what the key is.
    """
    path = private(tmp_path / "keys.toml", text)

    with pytest.raises(InputError, match=word) as fault:
        load_keys(["spamhaus", "abusix"], path, {})
    assert KEY not in str(fault.value)


def test_a_missing_key_file_is_one_sentence(tmp_path: Path) -> None:
    """
    No traceback for a wrong name.
    """
    with pytest.raises(InputError, match="cannot read"):
        load_keys(["spamhaus"], str(tmp_path / "nowhere.toml"), {})


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """
    Its owner alone may read it.
    """
    path = tmp_path / "keys.toml"
    path.write_text('spamhaus = "abc"', encoding="utf-8")
    path.chmod(mode)

    with pytest.raises(InputError, match="chmod 600"):
        load_keys(["spamhaus"], str(path), {})


def test_a_list_in_want_of_a_key_says_where_to_put_it() -> None:
    """
    It is not asked, and told so; with a key it is.
    """
    chosen = choose(["abusix-combined", "psbl"])
    opened = choose(keys=Keys({"abusix": "abc"}))

    assert ["psbl"] == [one.id for one in chosen.lists]
    assert "MAILSETUP_ABUSIX_KEY" in str(chosen.not_asked[0][1])
    assert {"abusix-combined", "abusix-dblack"} <= {one.id for one in opened.lists}


def test_a_public_resolver_is_not_used_where_it_is_refused() -> None:
    """
    Those lists are unknown without being asked, unless a key makes them answer anybody.
    """
    without = {one.id: one for one in choose(through=["Cloudflare"]).lists}
    keyed = {one.id: one for one in choose(through=["Cloudflare"], keys=Keys({"spamhaus": KEY})).lists}

    assert "Cloudflare" in without["spamhaus-zen"].withheld
    assert "" == without["psbl"].withheld
    assert "" == keyed["spamhaus-zen"].withheld
    assert without["uribl-multi"].withheld and keyed["uribl-multi"].withheld


def test_a_doubtful_list_is_asked_when_named_and_never_otherwise() -> None:
    """
    It proves itself like any other; an ended one is not even asked then.
    """
    named = choose(["dnsbl.justspam.org", "psbl", "bl.spamcannibal.org"])
    every = {one.id for one in choose(all_lists=True).lists}

    assert ["dnsbl-justspam-org", "psbl"] == sorted(one.id for one in named.lists)
    assert ["bl-spamcannibal-org"] == [one.id for one, _ in named.not_asked]
    assert "dnsbl-justspam-org" not in every
