"""The talk as a person at a terminal sees it: the bot's messages, suggestions to choose from, and a line to type in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from tasktalk.bots.terminal.screens import offered, waiting
from tasktalk.runtime.ports import Message

_STYLE = Style.from_dict({"bot": "bold ansigreen", "you": "bold ansiblue", "quiet": "ansigray", "bad": "ansired"})


class PromptScreen:
    """For a terminal with somebody in front of it. Ctrl-D says that no more answers will come."""

    def __init__(self) -> None:
        self._session: PromptSession[str] = PromptSession(style=_STYLE)

    def talk(self, message: Message) -> None:
        if message.text or not message.suggestions:
            self._show(("class:bot", "bot "), ("", message.text))

    def printed(self, line: str) -> None:
        self._show(("class:quiet", f"  · {line}"))

    def noted(self, text: str) -> None:
        self._show(("class:quiet", f"  {text}"))

    def task(self, change: Mapping[str, object]) -> None:
        what = str(change["event"]).replace("_", " ")
        self._show(("class:quiet", f"  ({what}: {change['title']}, {change['status']}, {change['priority']})"))

    def wait(self, until: datetime, seconds: float, *, is_skipped: bool) -> None:
        self._show(("class:quiet", f"  {waiting(until, seconds, is_skipped)}"))

    async def hear(self, suggestions: Sequence[Mapping[str, str]], *, is_secret: bool = False) -> str | None:
        labels = [offer["label"] for offer in suggestions]
        if labels:
            self._show(("class:quiet", f"  {offered(suggestions)}"))
        completer = WordCompleter(labels, ignore_case=True, sentence=True)
        # A secret has a session of its own, for that of the talk remembers its lines.
        session: PromptSession[str] = PromptSession(style=_STYLE, is_password=True) if is_secret else self._session
        try:
            with patch_stdout():
                text = await session.prompt_async([("class:you", "you ")], completer=completer)
        except EOFError:
            return None
        return text

    def error(self, code: str, text: str, line: int | None = None) -> None:
        self._show(("class:bad", text))

    def end(self, value: object) -> None:
        self._show(("class:quiet", "  (the script has ended)"))

    def _show(self, *parts: tuple[str, str]) -> None:
        print_formatted_text(FormattedText(list(parts)), style=_STYLE)
