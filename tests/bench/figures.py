"""The arithmetic and the form of what benchmarks print."""

from collections.abc import Iterable, Sequence


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed. Raises ValueError without values."""
    ordered = sorted(values)
    if not ordered or not 0 < share <= 1:
        raise ValueError(f"no {share} percentile of {len(ordered)} values")
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown: the first column to the left, the others to the right."""
    return "\n".join(map(row, [head, ["---", *["---:"] * (len(head) - 1)], *rows]))


def row(cells: Iterable[object]) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def number(value: float) -> str:
    """With three significant digits at least, and none that nobody needs: 12,345 and 0.123."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def verdict(value: float, target: float, *, at_most: bool = False) -> str:
    """The target, and whether it is met."""
    is_met = value <= target if at_most else value >= target
    return f"{'≤' if at_most else '≥'} {number(target)} {'met' if is_met else 'MISSED'}"
