"""A missing server skips a test on a developer's machine and fails it in CI."""

import sys

import pytest

from tests.servers import require


def test_what_is_there_is_found():
    """The program's path, also from the folders only root has in its PATH."""
    assert require("sh", "dash").endswith("sh")


@pytest.mark.parametrize("ci, outcome", [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_is_missing_is_named(monkeypatch, ci, outcome):
    """The reason says how to get it."""
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome) as caught:
        require("no-such-name-server", "no-such-package")

    assert "apt-get install no-such-package" in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="the servers run on Unix")
def test_a_server_that_does_not_start_shows_its_log(tmp_path):
    """The reason is in the exception, not in a time-out."""
    from tests.servers import bind

    require("named", "bind9")
    with (
        pytest.raises(RuntimeError, match="nosuchoption"),
        bind({"example.com": "@ SOA n h 1 2 3 4 5\n@ NS n\n"}, tmp_path, options="nosuchoption yes;"),
    ):
        pass
