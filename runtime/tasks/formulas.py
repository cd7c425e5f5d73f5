"""Cells of CSV that a program for tables would take for formulas."""

from typing import Final

_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def prefixed(cell: str) -> str:
    """The cell with an apostrophe before it, if it would be taken for one. `bare` gives back what it was."""
    return f"'{cell}" if _is_formula(cell) else cell


def bare(cell: str) -> str:
    """A cell that was `prefixed` as it was before."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    """Whether it is one, but for apostrophes before it: otherwise some would be lost on the way back."""
    return cell.lstrip("'").startswith(_SIGNS)
