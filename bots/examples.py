"""Finds transcripts: scripts whose comments say what is said, in `.bas` files, in manuals and in keywords' docstrings.

It only finds them; `transcript.py` plays them.
"""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<indent>[ \t]*)```basic[^\n]*\n(?P<code>.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"^Examples?:[ \t]*\n(?P<code>(?:[ \t]+\S[^\n]*(?:\n|$)|[ \t]*\n)+)", re.MULTILINE)
_DECLARERS = {"keyword", "function"}
_SUFFIXES = {".bas", ".md", ".py"}


@dataclass(frozen=True, slots=True)
class Example:
    """A transcript: its code, and where that stands (`line` is the file's line of the code's first one)."""

    path: Path
    line: int
    source: str

    @property
    def name(self) -> str:
        """The file, with the line where the file has several."""
        return str(self.path) if self.path.suffix == ".bas" else f"{self.path}:{self.line}"

    def place(self, line: int) -> str:
        """`file:line` of a line of the code."""
        return f"{self.path}:{self.line + line - 1}"


def examples(path: Path) -> Iterator[Example]:
    """The transcripts of one file, in their order; none in a file of another kind."""
    if path.suffix not in _SUFFIXES:
        return
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix == ".bas":
        yield Example(path, 1, text)
    elif path.suffix == ".md":
        for found in _FENCE.finditer(text):
            line = text.count("\n", 0, found.start("code")) + 1
            yield Example(path, line, _dedent(found["code"]))
    else:
        yield from _of_docstrings(path, text)


def examples_under(paths: Iterable[Path]) -> Iterator[Example]:
    """The transcripts of files, and of all the files in folders, each file once, in the order of the names."""
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield from examples(file)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _of_docstrings(path: Path, text: str) -> Iterator[Example]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not any(map(_declares, node.decorator_list)):
            continue
        if not isinstance(node.body[0], ast.Expr):
            continue
        manual = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
        for found in _EXAMPLE.finditer(manual):
            line = node.body[0].lineno + manual.count("\n", 0, found.start("code"))
            yield Example(path, line, _dedent(found["code"]))


def _declares(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id in _DECLARERS


def _dedent(code: str) -> str:
    return inspect.cleandoc("\n" + code) + "\n"
