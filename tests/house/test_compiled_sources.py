"""What a wheel compiles (``hatch_build.py``) does the same interpreted: what mypyc reads otherwise is kept out."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from hatch_build import MYPY, compiled_modules  # noqa: E402

HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENTRIES = HOOK["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["compiled"]
MODULES = compiled_modules(ENTRIES)
ELSEWHERE = {
    "cached_property": "is found anew each time",
    "__dict__": "there is none",
    "vars": "there is no __dict__",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def oddities(tree: ast.AST) -> list[str]:
    """What of a module would be another program when compiled, by line."""
    found = []
    for node in ast.walk(tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in ELSEWHERE:
            found.append(f"line {node.lineno}: {name}, {ELSEWHERE[name]}")
        if isinstance(node, FUNCTIONS):
            inner = [n for n in ast.walk(node) if n is not node and isinstance(n, FUNCTIONS)]
            names = (n for f in inner for n in ast.walk(f) if isinstance(n, ast.Name) and n.id == "super")
            found += [
                f"line {n.lineno}: super inside an inner function takes the function for the object"
                for n in names
            ]
            given = (t for n in ast.walk(node) if isinstance(n, ast.Assign) for t in n.targets)
            arguments = {a.arg for a in node.args.args}
            found += [
                f"line {t.lineno}: a function has no attributes"
                for t in given
                if isinstance(t, ast.Attribute)
                and isinstance(t.value, ast.Name)
                and t.value.id in arguments & {"function", "func", "walk"}
            ]
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_compiled_module_is_the_same_program(module: str) -> None:
    """
    No construct stands in it that mypyc reads otherwise.
    """
    assert [] == oddities(ast.parse((ROOT / module).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    @cached_property\n    def b(self): return {}",
        "class A(B):\n    def f(self):\n        def g(): return super(A, self).f()\n        return g",
        "def close(self): return self.__dict__.get('x')",
        "def mark(function):\n    function.needs = ()\n    return function",
    ],
)
def test_each_construct_is_seen(source: str) -> None:
    """
    Those that once turned a compiled build into another program.
    """
    assert 1 == len(oddities(ast.parse(source)))


def test_every_entry_is_there() -> None:
    """
    A module that moves is compiled where it went.
    """
    assert [] == [entry for entry in ENTRIES if not (ROOT / entry).exists()]


@pytest.mark.slow
def test_compiling_needs_no_library_of_ours() -> None:
    """
    A build sees what it declares and nothing else: not the libraries that mailsetup needs, nor what is installed beside.
    """
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-site-packages", *MYPY, *MODULES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr), done.stdout
