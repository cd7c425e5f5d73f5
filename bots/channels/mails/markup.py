"""A mail in HTML as plain text: its words, a line for each block, and "> " before what it quotes.

The library's parser takes minutes for some texts of 100 KB, and everybody can send those. This one looks at each
character a few times at most, and is content to know the tags that make lines.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_UNSEEN: Final = frozenset(["script", "style", "title"])
_ENDS: Final = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII) for name in _UNSEEN}
_BLOCKS: Final = frozenset(
    (
        *("address", "article", "blockquote", "body", "center", "div", "dd", "dl", "dt", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section"),
        *("table", "tr", "ul"),
    )
)
_MOST_DEEP: Final = 20
"""So many quotes in each other are told apart."""


def plain(html: str) -> str:
    """The words of a mail in HTML."""
    page = _Page()
    for tag, text in _pieces(html):
        if tag is None:
            page.add(unescape(text))
        elif tag.startswith("/"):
            page.end(tag[1:])
        else:
            page.begin(tag)
    page.end_line()
    return "\n".join(page.lines).strip("\n")


def _pieces(html: str) -> Iterator[tuple[str | None, str]]:
    """Tags in small letters, those that end something with a /, and the texts between them."""
    place = 0
    while (at := html.find("<", place)) >= 0:
        yield None, html[place:at]
        tag = _TAG.match(html, at)
        if tag is not None:
            end = html.find(">", at)
            name = tag[2].lower()
            yield tag[1] + name, ""
            if not tag[1] and name in _UNSEEN and end >= 0:
                ends = _ENDS[name].search(html, end)
                end = ends.start() - 1 if ends is not None else -1
        elif html.startswith("<!--", at):
            end = html.find("-->", at + 2) + 2
            end = end if end >= at + 4 else -1
        elif html.startswith(("<!", "</", "<?"), at):
            end = html.find(">", at)
        else:
            yield None, "<"
            end = at
        if end < at:  # it never ends
            return
        place = end + 1
    yield None, html[place:]


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._quotes = self._as_is = 0

    def begin(self, tag: str) -> None:
        if tag == "br":
            self._new_line()
        if tag in _BLOCKS:
            self.end_line()
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._as_is += 1
        elif tag == "p" and self.lines and self.lines[-1]:
            self._new_line()
        elif tag == "li":
            self._line.append("- ")
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._as_is = max(0, self._as_is - 1)

    def add(self, text: str) -> None:
        """A text with no tags in it."""
        if not self._as_is:
            self._line.append(_BLANKS.sub(" ", text))
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for other in others:
            self._new_line()
            self._line.append(other)

    def end_line(self) -> None:
        """What comes next begins a line."""
        if any(piece.strip() for piece in self._line):
            self._new_line()
        else:
            self._line = []

    def _new_line(self) -> None:
        line = "".join(self._line)
        line = _BLANKS.sub(" ", line).strip() if not self._as_is else line.rstrip()
        mark = ">" * min(self._quotes, _MOST_DEEP)
        self.lines.append(f"{mark} {line}".rstrip() if mark else line)
        self._line = []
