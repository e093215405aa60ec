"""
Compiles the modules that every question and every domain passes through, when a wheel is built.

They are named in ``pyproject.toml`` (``[tool.hatch.build.targets.wheel.hooks.custom]``) and compiled by mypyc: the same
sources, typed as they are, so that there is one text to read and to test. A batch then takes three quarters of the time
(docs/speed.md). Where there is no C compiler, or compiling fails, the wheel is made without, says so, and does the same
more slowly; ``HATCH_BUILD_NO_HOOKS=true`` asks for such a wheel. An editable install is never compiled: a change to a
source would change nothing there.

The plugin hatch-mypyc is not used: it has no way on without a compiler, and moves ``pyproject.toml`` aside while it works.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # this file as the program that compiles, where a build only has what compiling needs
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
GROUP = "mailsetup"
"""The extension ``mailsetup__mypyc`` holds all the code; those beside the sources are doors to it."""
MYPY = [
    "--config-file=",  # what is strict here was checked before
    "--ignore-missing-imports",
    "--no-site-packages",  # the same program everywhere, whatever libraries are there: a build has none of ours
    "--follow-imports=silent",  # without them not everything that is imported can be typed
    "--no-warn-no-return",
    f"--cache-dir={os.devnull}",
]


def compiled_modules(entries: list[str]) -> list[str]:
    """The sources to compile, as paths below the root, of files and of folders with all that is in them."""
    found = []
    for path in (ROOT / entry for entry in entries):
        for source in sorted(path.glob("*.py")) if path.is_dir() else (path,):
            if source.name != "__init__.py":
                found.append(source.relative_to(ROOT).as_posix())
    return found


def compile_into(folder: Path, modules: list[str]) -> None:
    """Makes the extensions in a folder; the working directory is the project's."""
    from mypyc.build import mypycify
    from pybind11.setup_helpers import ParallelCompile
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    ParallelCompile(default=os.cpu_count() or 1).install()
    extensions = mypycify(
        [*MYPY, *modules],
        opt_level="2",
        debug_level="0",
        multi_file=True,
        target_dir=str(folder / "c"),
        group_name=GROUP,
    )
    command = build_ext(Distribution({"name": "mailsetup", "ext_modules": extensions}))
    command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "objects")
    command.ensure_finalized()
    command.run()


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """What hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the extensions to a wheel, or says why it is made without."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory(prefix="mailsetup-")
        folder = Path(self._made.name)
        command = [sys.executable, __file__, str(folder), *compiled_modules(self.config["compiled"])]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        made = [path for path in (folder / "lib").rglob("*") if path.is_file()]
        if done.returncode or not made:
            self.app.display_warning("The modules were not compiled; mailsetup will work, but more slowly.")
            self.app.display_info(done.stdout + done.stderr)
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"].update({str(p): p.relative_to(folder / "lib").as_posix() for p in made})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The extensions are in the wheel; where they were made is not needed any more."""
        if version != "editable":
            self._made.cleanup()


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]), sys.argv[2:])
