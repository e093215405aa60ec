"""What a command imports before it does anything: start-up is a promise."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mailsetup
from mailsetup.model import patterns
from mailsetup.run.registry import INDEX, all_checks, make_index

HEAVY = {
    "dns",
    "rich",
    "checkdmarc",
    "spf",
    "dkim",
    "cryptography",
    "httpx",
    "jinja2",
    "yaml",
    "asyncio",
    "idna",
    "publicsuffixlist",
    "requests",
    "mailsetup.checks",
    "mailsetup.walks",
    "mailsetup.edge",
}


def imported(*arguments: str) -> set[str]:
    code = f"""
import atexit, sys
atexit.register(lambda: print("\\n".join(sys.modules), file=sys.stderr))
sys.argv = ["mailsetup", *{list(arguments)!r}]
import mailsetup.__main__ as m
m.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("audit", "--help"), ("plan", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """
    Help and version do not pay for DNS, cryptography or the checks.
    """
    loaded = imported(*arguments)

    assert set() == HEAVY & loaded
    assert "mailsetup.model.errors" in loaded


def test_a_command_loads_no_other() -> None:
    """
    `audit` does not pay for `plan` and `kit`, and what was registered for the end of the process is called.
    """
    loaded = imported("audit", "--help")

    assert {"mailsetup.cli.audit"} == {
        "mailsetup.cli.audit",
        "mailsetup.cli.plan",
        "mailsetup.cli.kit",
    } & loaded


def test_an_audit_loads_no_check_that_was_not_asked_for() -> None:
    """
    Two in five run only when an option asks for them; of the others' modules none is read.
    """
    code = """
import sys
from mailsetup.run.audit import AuditSettings, load
load(AuditSettings())
print(*sys.modules)
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    on_request = json.loads(INDEX.read_text(encoding="utf-8"))

    assert set() == set(on_request) & set(loaded.stdout.split())
    assert len(on_request) > 100


def test_an_audit_loads_nothing_for_what_it_does_not_meet() -> None:
    """
    No tables of letters for names in ASCII, no digests, no dnspython.
    """
    code = """
import os, sys
sys.argv = ["mailsetup", "audit", "example.com", "--resolver", "127.0.0.1:9"]
import mailsetup.__main__ as m
os._exit = lambda code: print(code, *sys.modules)
m.main()
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    code, *modules = loaded.stdout.split()

    assert "3" == code, loaded.stderr  # nobody answers at the port of the discard service
    assert "mailsetup.edge.dns.datagrams" in modules
    assert set() == {"dns", "encodings.idna", "hashlib", "idna"} & set(modules)


def test_expressions_that_are_compiled_late_are_sound_and_are_not_compiled_before() -> None:
    """
    A slip in one would show only when it is first used.
    """
    room = Path(mailsetup.__file__).parent
    late = [path for path in room.rglob("*.py") if " late(" in path.read_text(encoding="utf-8")]
    found = []
    for path in late:
        module = ".".join(("mailsetup", *path.relative_to(room).with_suffix("").parts))
        values = vars(importlib.import_module(module)).values()
        kept = [*values, *(part for value in values if isinstance(value, tuple) for part in value)]
        kept += [part for pair in kept if isinstance(pair, tuple) for part in pair]
        found += [value for value in kept if type(value).__name__ == "_Late"]

    assert len(found) >= 20
    for expression in found:
        assert re.compile(*expression._made).pattern == expression.pattern
    fresh = patterns.late("(?P<a>x)+")
    assert not {"match", "pattern"} & set(vars(fresh))
    assert fresh.match("xx").end() == 2
    assert fresh.match is fresh.match
    with pytest.raises(AttributeError):
        _ = fresh.nothing


def test_the_index_of_checks_on_request_is_true() -> None:
    """
    What it says of them is what they say themselves (``python -m mailsetup.run.registry`` makes it).
    """
    assert make_index() == INDEX.read_text(encoding="utf-8")


def test_a_check_on_request_answers_as_if_it_had_been_loaded() -> None:
    """
    All that is known of a check is known of it.
    """
    one = next(check for check in all_checks() if check.opt_in)

    assert one.title
    assert one.manual
    assert one.cites
