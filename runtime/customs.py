"""What holds in one channel, whatever its kind is: the words by which people opt out there, and what they are told."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

STOP_WORDS: Final = (
    *("stop", "stop all", "stopall", "unsubscribe", "opt out", "opt-out", "optout"),
    *("descadastrar", "desinscrever", "cancelar inscrição", "parar mensagens"),
    *("darse de baja", "dar de baja", "cancelar suscripción", "desuscribir"),
    *("stopp", "abmelden", "abbestellen", "désabonner", "se désabonner", "disiscrivimi", "annulla iscrizione"),
    *("afmelden", "uitschrijven", "wypisz", "avregistrera", "отписаться", "стоп", "відписатися"),
    *("退订", "退訂", "配信停止", "수신거부", "إلغاء الاشتراك", "सदस्यता समाप्त"),
)
"""What people say who want no more messages; words that scripts ask for as well, such as CANCEL, are not here."""
START_WORDS: Final = (
    *("start", "unstop", "subscribe", "opt in", "opt-in", "optin"),
    *("voltar", "inscrever", "suscribir", "anmelden", "s'abonner", "iscrivimi", "aanmelden", "подписаться", "старт"),
)
_AROUND: Final = " \t\n./!¡?\"'“”«».。！"


def _as_written(address: str) -> str | None:
    return address.strip() or None


def _no_numbers(_: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Customs:
    """The defaults are those of a channel in which nobody opts out. Words are as `plain_word` has them.

    `stopped` and `started` are what a person is told then; None is a sentence in their language.
    """

    stop_words: frozenset[str] = frozenset()
    start_words: frozenset[str] = frozenset()
    stopped: str | None = None
    started: str | None = None
    bot: str | None = None
    """To whom what people write there goes; None where channels are not for one bot."""
    per_second: float | None = None
    """How many messages its provider takes in a second; None where nobody says."""
    addressed: Callable[[str], str | None] = _as_written
    """An address as its provider has it; None for what is none."""
    are_numbers: Callable[[Mapping[str, Any]], bool] = _no_numbers
    """Whether the ready answers of a message, by its detail, are numbers there, and not buttons."""

    def is_word(self, text: str, *, is_out: bool) -> bool:
        """Whether a message is a word to the channel and none for scripts; those by which people come back are so for
        those alone who have opted out."""
        return bool(self.stop_words) and plain_word(text) in self.stop_words | (
            self.start_words if is_out else frozenset()
        )


NONE: Final = Customs()


def plain_word(text: str) -> str:
    """A message as it is compared with the words: without case, accents, and blanks and signs around it."""
    letters = (sign for sign in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(sign) != "Mn")
    return " ".join("".join(letters).split()).strip(_AROUND)
