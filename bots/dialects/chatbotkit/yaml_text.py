"""Records as YAML and back: whichever YAML a reader speaks, 1.1 or 1.2, it finds the same values.

What is read is YAML 1.2 with nothing in it that JSON has not: a date is a text, and no alias makes much of little.
"""

import re
from typing import Any, ClassVar, Final

import yaml

from tasktalk.interpreter.errors import Refused

MOST_NESTING: Final = 100

_TAG: Final = "tag:yaml.org,2002:"
_SCHEMA: Final = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
)
"""What plain words YAML 1.2 takes for more than texts, but for infinity, and with what these begin."""
_OTHER_WORDS: Final = r"y|Y|n|N|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|=|<<"
_ODD_BREAKS: Final = re.compile("[\r\x85\u2028\u2029\ufeff]")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Quotes whatever either YAML would take for something else than a text."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Reader(_Loader):  # type: ignore[misc]
    """Reads plain words as YAML 1.2 does."""

    yaml_implicit_resolvers: ClassVar[Any] = {}


def written(value: object) -> str:
    """The value as YAML, one line for each entry."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=float("inf")
    )
    return text


def read(text: str) -> object:
    """What YAML says. Raises Refused `invalid_meta`."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_NESTING:
                raise Refused("invalid_meta", f"meta is nested more than {MOST_NESTING} deep")
            if isinstance(event, yaml.AliasEvent):
                raise Refused("invalid_meta", "meta cannot refer to other parts of itself")
        found: object = yaml.load(text, Loader=_Reader)  # noqa: S506 - a safe loader with fewer words than its parent
        return found
    except (yaml.YAMLError, ValueError, TypeError) as error:
        told = getattr(error, "problem", None) or "something in it cannot be read"
        raise Refused("invalid_meta", f"meta is no YAML: {told}") from None


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAKS.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar(_TAG + "str", value, style=style)


def _whole(loader: Any, node: yaml.ScalarNode) -> int:
    text: str = loader.construct_scalar(node)
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _number(loader: Any, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


_Dumper.add_representer(str, _text)
for _kind, _pattern, _first in _SCHEMA:
    _Dumper.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)
    _Reader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)
_Dumper.add_implicit_resolver(_TAG + "bool", re.compile(rf"(?:{_OTHER_WORDS})\Z"), list("yYnN.-+=<"))
_Reader.add_constructor(_TAG + "int", _whole)
_Reader.add_constructor(_TAG + "float", _number)
