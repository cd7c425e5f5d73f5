"""Which line ends a source has: LF, CR LF, or the lone CR of old systems."""

import re

_LONE = re.compile(r"\r(?!\n)")


def with_line_feeds(source: str) -> str:
    """The source, as long, with LF for each lone CR where most of its lines end so; else a CR is a blank."""
    if "\r" not in source or source.count("\r") - source.count("\r\n") <= source.count("\n"):
        return source
    return _LONE.sub("\n", source)
