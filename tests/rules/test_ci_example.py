"""The example repository: the good change passes, the bad one fails, and the pipelines' own scripts say the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import mailsetup

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ci"
BASE = "zones/bluebird.example.zone"
GOOD, BAD = (f"changes/{kind}/bluebird.example.zone" for kind in ("good", "bad"))
INPUTS = {"DOMAINS": "bluebird.example", "SNAPSHOTS": "snapshots", "OFFLINE": "true"}


def check(zone: str, *more: str, **environment: str) -> tuple[int, str]:
    run = mailsetup(
        *("audit", "bluebird.example", "--offline", "--zone", zone, "--from", "snapshots"),
        *("--max-age", "36500", *more),
        folder=EXAMPLE,
        **environment,
    )
    return run.code, run.out


@pytest.mark.parametrize(("zone", "code"), [(BASE, 0), (GOOD, 0), (BAD, 1)])
def test_ten_runs_give_the_same_bytes_and_the_right_exit_code(zone: str, code: int) -> None:
    runs = {check(zone, "--format", "json", PYTHONHASHSEED=str(seed)) for seed in range(10)}

    assert [code] == [c for c, _ in runs]


def test_the_bad_change_is_shown_at_the_line_of_the_zone_file() -> None:
    _, out = check(BAD, "--format", "github")
    first = out.splitlines()[0]
    text = (EXAMPLE / BAD).read_text(encoding="utf-8").splitlines()
    line = int(first.partition("line=")[2].partition(",")[0])

    assert first.startswith(f"::error file={BAD},line=")
    assert "v=spf1" in text[line - 1]


def test_nothing_is_left_open_by_the_recording() -> None:
    """
    With --strict a name in neither file nor recording would be an open question.
    """
    assert (0, 1) == (check(GOOD, "--strict")[0], check(BAD, "--strict")[0])


def shell(name: str, script: str, folder: Path, **environment: str) -> int:
    """A pipeline's script with the command line of this checkout."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name} here")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [found, "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode


def action() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return document


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for the pipelines' Linux machines")
@pytest.mark.parametrize(("zone", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_github_action_does_the_same(tmp_path: Path, zone: str, code: int) -> None:
    script = action()["runs"]["steps"][-1]["run"]
    names = set(action()["runs"]["steps"][-1]["env"])
    given = dict.fromkeys(names, "") | INPUTS | {"ZONES": zone, "SARIF": str(tmp_path / "out.sarif")}

    assert code == shell("bash", script, EXAMPLE, **given)
    assert (tmp_path / "out.sarif").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for the pipelines' Linux machines")
def test_the_github_action_fails_where_its_sarif_cannot_be_written(tmp_path: Path) -> None:
    """
    Findings are counted by the second run, and pass the first; what cannot be written fails at once.
    """
    script = action()["runs"]["steps"][-1]["run"]
    names = set(action()["runs"]["steps"][-1]["env"])
    given = dict.fromkeys(names, "") | INPUTS | {"ZONES": GOOD, "SARIF": str(tmp_path / "gone" / "out.sarif")}

    assert 2 == shell("bash", script, EXAMPLE, **given)


def test_the_github_action_puts_no_input_into_its_script() -> None:
    scripts = [step.get("run", "") for step in action()["runs"]["steps"]]

    assert [] == [script for script in scripts if "${{" in script]


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for the pipelines' Linux machines")
@pytest.mark.parametrize(("zone", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_gitlab_component_does_the_same(tmp_path: Path, zone: str, code: int) -> None:
    inputs, job = yaml.safe_load_all((ROOT / "templates" / "audit.yml").read_text(encoding="utf-8"))
    (audit,) = job.values()
    names = set(audit["variables"])
    given = dict.fromkeys(names, "") | {f"MAILSETUP_{k}": v for k, v in INPUTS.items()}
    folder = tmp_path / "ci"
    shutil.copytree(EXAMPLE, folder)

    assert {"domains", "zones", "snapshots"} <= set(inputs["spec"]["inputs"])
    assert code == shell("sh", audit["script"][0], folder, **given | {"MAILSETUP_ZONES": zone})
    assert (folder / "mailsetup.xml").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for the pipelines' Linux machines")
def test_the_gitlab_component_fails_where_its_report_cannot_be_written(tmp_path: Path) -> None:
    """
    As the action does.
    """
    _, job = yaml.safe_load_all((ROOT / "templates" / "audit.yml").read_text(encoding="utf-8"))
    (audit,) = job.values()
    given = dict.fromkeys(audit["variables"], "") | {f"MAILSETUP_{k}": v for k, v in INPUTS.items()}
    folder = tmp_path / "ci"
    shutil.copytree(EXAMPLE, folder)
    (folder / "mailsetup.xml").mkdir()

    assert 2 == shell("sh", audit["script"][0], folder, **given | {"MAILSETUP_ZONES": GOOD})


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for the pipelines' Linux machines")
@pytest.mark.parametrize(("zone", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_check_script_does_the_same(zone: str, code: int) -> None:
    assert code == shell("sh", f"sh check.sh {zone}", EXAMPLE)


def test_the_pre_commit_hook_is_the_same_command() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    used = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (given,) = used["repos"][0]["hooks"]
    program, *command = hook["entry"].split()
    run = mailsetup(*command, *given["args"], folder=EXAMPLE)

    assert ("mailsetup", hook["id"], 0) == (program, given["id"], run.code)


def test_a_policy_takes_no_grade_away() -> None:
    """
    The grade is of the domain's mail: the same under every policy, though some tell of fewer checks.
    """
    grades = {
        json.loads(check(BASE, "--policy", policy, "--format", "json")[1])["reports"][0]["grade"]
        for policy in ("recommended", "strict", "ci")
    }

    assert 1 == len(grades)
    assert set() == grades & {"", "not graded"}
