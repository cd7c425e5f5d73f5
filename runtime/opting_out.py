"""People who want no messages of a channel any more, and those who want them again.

They say so by a word that is the whole message, which no script hears. From the commit of its turn on, nothing that
bots say goes out to them in this channel but the one answer to that word. Sessions and timers go on.
"""

from collections.abc import Mapping
from typing import Any, Final

from tasktalk.runtime.agenda import Agenda, Heard
from tasktalk.runtime.customs import Customs, plain_word
from tasktalk.runtime.turn import Said
from tasktalk.runtime.work import UnitOfWork

REGARDLESS: Final = "is_for_opted_out"
"""Stands in the detail of a message that goes out to those who have opted out as well."""
WITHHELD: Final = "the contact has opted out: they wrote that they want no messages"

_STOPPED: Final[Mapping[str, str]] = {
    "en": "You will get no more messages here. Write {} to get them again.",
    "pt": "Você não receberá mais mensagens aqui. Escreva {} para recebê-las de novo.",
    "es": "Ya no recibirás mensajes aquí. Escribe {} para volver a recibirlos.",
    "fr": "Vous ne recevrez plus de messages ici. Écrivez {} pour les recevoir à nouveau.",
    "de": "Sie bekommen hier keine Nachrichten mehr. Schreiben Sie {}, um sie wieder zu bekommen.",
    "it": "Qui non riceverai più messaggi. Scrivi {} per riceverli di nuovo.",
}
_STARTED: Final[Mapping[str, str]] = {
    "en": "You will get messages here again.",
    "pt": "Você voltará a receber mensagens aqui.",
    "es": "Volverás a recibir mensajes aquí.",
    "fr": "Vous recevrez à nouveau des messages ici.",
    "de": "Sie bekommen hier wieder Nachrichten.",
    "it": "Riceverai di nuovo messaggi qui.",
}
_FIRST: Final = "start"


def take_in(todo: Agenda, customs: Customs, work: UnitOfWork) -> list[Said] | None:
    """Notes what the person wants, if that is what their message says, and gives what they are told; else None.

    Such a message is never one of several that are heard as one.
    """
    heard, conversation = todo.input, todo.conversation
    is_out = conversation["opted_out_at"] is not None
    if not isinstance(heard, Heard) or not customs.is_word(heard.message["text"], is_out=is_out):
        return None
    is_to_be_out = plain_word(heard.message["text"]) in customs.stop_words
    return [] if is_out and is_to_be_out else _change(work, conversation, customs, is_to_be_out=is_to_be_out)


def _change(work: UnitOfWork, conversation: Mapping[str, Any], customs: Customs, *, is_to_be_out: bool) -> list[Said]:
    contact_id = conversation["contact_id"]
    work.writes.update("contact", {"id": contact_id}, {"opted_out_at": work.now if is_to_be_out else None})
    work.record(
        "contact_opted_out" if is_to_be_out else "contact_opted_in",
        "contact",
        contact_id,
        organisation_id=None,
        actor=conversation["address"],
        source="channel",
        changes={"is_opted_out": (not is_to_be_out, is_to_be_out)},
    )
    if is_to_be_out:
        return [Said(_words(customs.stopped, _STOPPED, conversation, customs), {REGARDLESS: True})]
    return [Said(_words(customs.started, _STARTED, conversation, customs))]


def _words(own: str | None, known: Mapping[str, str], conversation: Mapping[str, Any], customs: Customs) -> str:
    if own is not None:
        return own
    language = (conversation["language"] or "").partition("-")[0]
    back = _FIRST if _FIRST in customs.start_words else min(customs.start_words)
    return known.get(language, known["en"]).format(back.upper())
