"""
Docstrings are kept where Python would take them out of its programs (``python -OO``, ``PYTHONOPTIMIZE=2``).

Here they are texts for users: the manual pages of checks, why a check does not apply, the help of commands. The
modules are then compiled as with one ``-O``, anew in each process.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

STRIPPED = 2  # the value of sys.flags.optimize from which on docstrings are left out


class _Keeping(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = compile(self.get_data(path), path, "exec", dont_inherit=True, optimize=STRIPPED - 1)
        return code


class _Ours:
    """Finds the modules of this package as Python does, and has them loaded whole."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith("mailsetup."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Keeping(name, spec.loader.path)
        return spec


def keep() -> None:
    """Keeps the docstrings of all modules of this package that are imported from now on."""
    sys.meta_path.insert(0, _Ours)
