"""What a user gets: the wheel in a fresh environment outside the tree, profiles included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.cli.command import GOOD_ZONE
from tests.wheel import compiled, wheel

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("install")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    venv.create(folder / "venv")
    bin_folder = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([*pip, "--python", str(bin_folder / "python"), "install", str(wheel())], check=True)
    return bin_folder / "mailsetup"


def run(command: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(command), *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_the_wheel_works_outside_the_tree(installed: Path, tmp_path: Path) -> None:
    """
    ``providers``, ``plan`` and ``audit`` run from the wheel alone, with no ``PYTHONPATH``.
    """
    zone = tmp_path / "example.com.zone"
    zone.write_text(GOOD_ZONE, encoding="utf-8")
    world = ("--offline", "--zone", str(zone))

    version = run(installed, tmp_path, "--version")
    providers = run(installed, tmp_path, "providers")
    plan = run(
        installed,
        tmp_path,
        "plan",
        "example.com",
        "--provider",
        "google-workspace",
        *world,
        "--format",
        "table",
    )
    audit = run(installed, tmp_path, "audit", "example.com", *world, "--selector", "s1")

    assert [0, 0, 0, 0] == [r.returncode for r in (version, providers, plan, audit)], (
        plan.stderr + audit.stderr
    )
    assert "google-workspace" in providers.stdout
    assert "smtp.google.com" in plan.stdout
    assert "grade" in audit.stdout


@pytest.mark.slow
def test_the_wheel_is_compiled_where_there_is_a_compiler(installed: Path, tmp_path: Path) -> None:
    """
    ``doctor`` says so, and the modules of the list are extensions; without a compiler both say that they are not.
    """
    lines = json.loads(run(installed, tmp_path, "doctor", "--offline", "--format", "json").stdout)["lines"]
    said = {line["subject"]: line["state"] for line in lines}["compiled modules"]
    code = "from mailsetup.edge.dns import wire; print(wire.__file__)"
    python = installed.with_name("python")
    file = Path(run(python, tmp_path, "-c", code).stdout.strip())

    assert compiled(wheel()) or os.environ.get("CI") != "true"
    assert ("ok" if compiled(wheel()) else "note") == said
    assert compiled(wheel()) is (file.suffix != ".py")


@pytest.mark.slow
def test_a_wheel_without_compiled_modules_is_made_on_demand(tmp_path: Path) -> None:
    """
    ``HATCH_BUILD_NO_HOOKS`` makes a wheel for every machine; so does a machine whose compiler fails, and says so.
    """
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-v", "--no-deps"]
    asked, failed = (
        subprocess.run(
            [*pip, "--no-build-isolation", "-w", str(tmp_path / folder), str(ROOT)],
            env={**os.environ, **setting},
            capture_output=True,
            text=True,
            check=True,
        )
        for folder, setting in (("asked", {"HATCH_BUILD_NO_HOOKS": "true"}), ("failed", {"CC": "false"}))
    )
    made = [path.name for path in sorted(tmp_path.rglob("*.whl"))]

    assert 2 == len(made) and all(name.endswith("-py3-none-any.whl") for name in made)
    assert "not compiled" in failed.stdout + failed.stderr
    assert "not compiled" not in asked.stdout + asked.stderr


@pytest.mark.slow
def test_the_source_archive_holds_what_the_tests_need(tmp_path: Path) -> None:
    """
    The sdist builds, and carries profiles, tests and docs.
    """
    import tarfile

    code = "import hatchling.build, os, sys; os.chdir(sys.argv[1]); print(hatchling.build.build_sdist(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(tmp_path)], check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {n.partition("/")[2] for n in tar.getnames()}

    assert {
        "hatch_build.py",
        "provider_profiles/google-workspace.toml",
        "tests/zones.py",
        "docs/grade.md",
        "Makefile",
    } <= names
