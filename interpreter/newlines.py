"""Which line ends a source has: LF, CR LF, or the lone CR of old systems; and the mark behind its end."""

import re

_LONE = re.compile(r"\r(?!\n)")
_BETWEEN = re.compile(r"\r(?!\r*\n)")
_END_OF_FILE = re.compile(r"\x1a\s*\Z")  # as DOS writes it


def with_line_feeds(source: str) -> str:
    """The source, as long, with LF for each CR that ends a line; one more CR before a line's CR LF is a blank."""
    if source[-100:].rstrip().endswith("\x1a"):
        source = _END_OF_FILE.sub(lambda found: " " + found[0][1:], source)
    if "\r" not in source:
        return source
    is_old = source.count("\r") - source.count("\r\n") > source.count("\n")
    return (_LONE if is_old else _BETWEEN).sub("\n", source)
