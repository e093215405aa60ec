"""What a user gets: the wheel in a fresh environment outside the tree, profiles included."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.cli.command import GOOD_ZONE

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("install")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(folder / "dist"), str(ROOT)], check=True)
    venv.create(folder / "venv")
    bin_folder = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = (folder / "dist").glob("mailsetup-*.whl")
    subprocess.run([*pip, "--python", str(bin_folder / "python"), "install", str(wheel)], check=True)
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

    assert {"provider_profiles/google-workspace.toml", "tests/zones.py", "docs/grade.md", "Makefile"} <= names
