"""Every TOML file a user gives is refused in a sentence, whatever its numbers and nesting."""

from __future__ import annotations

import pytest

from mailsetup.kit import toml_tables
from mailsetup.model.errors import InputError
from mailsetup.profiles import reading
from mailsetup.run import blocklist_keys, policy, project

HUGE = "a = " + "9" * 5_000
DEEP = "a = " + "[" * 50_000


@pytest.mark.parametrize("text", [HUGE, DEEP], ids=["a number of 5000 digits", "50000 brackets"])
@pytest.mark.parametrize(
    "read", [policy.parse_policy, project.parse, reading.parse, toml_tables.load], ids=lambda f: f.__module__
)
def test_no_number_and_no_nesting_ends_a_run(read, text):
    """
    Python refuses to read such a number with another fault than that of bad TOML.
    """
    with pytest.raises(InputError, match=r"x\.toml"):
        read(text, "x.toml")


def test_no_number_in_a_key_file_ends_a_run(tmp_path):
    """
    And the sentence never quotes what the file holds.
    """
    path = tmp_path / "keys.toml"
    path.write_text(HUGE, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(InputError) as refused:
        blocklist_keys.load_keys(["spam"], str(path), {})

    assert "999" not in str(refused.value)
