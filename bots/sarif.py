"""Findings as SARIF 2.1.0, which code hosts and editors show beside the lines."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from tasktalk import __version__
from tasktalk.bots.codes import CODES, WARNINGS
from tasktalk.interpreter.errors import Diagnostic

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(found: Iterable[tuple[Path, Diagnostic]]) -> dict[str, object]:
    """One run of `check` as a SARIF log: every rule with its text, and the findings in their order."""
    rules = [
        {
            "id": code,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": "warning" if code in WARNINGS else "error"},
        }
        for code, text in CODES.items()
    ]
    driver = {"name": "tasktalk", "version": __version__, "rules": rules}
    results = [_result(path, finding) for path, finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(path: Path, finding: Diagnostic) -> dict[str, object]:
    line, column, end_line, end_column = finding.span
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    place = {"artifactLocation": {"uri": _uri(path)}, "region": region}
    rule = {"ruleIndex": list(CODES).index(finding.code)} if finding.code in CODES else {}
    return {
        "ruleId": finding.code,
        **rule,
        "level": finding.severity,
        "message": {"text": finding.message + (f" ({finding.hint})" if finding.hint else "")},
        "locations": [{"physicalLocation": place}],
    }


def _uri(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
