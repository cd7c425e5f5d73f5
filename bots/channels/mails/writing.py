"""A bot's message as a mail: in the thread of the person's latest mail, and under the same id at each attempt."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Final

from tasktalk.bots.channels.mails.quotes import bare
from tasktalk.bots.channels.menus import menu
from tasktalk.runtime.ports import Delivery

_OF_IDS: Final = frozenset(["message-id", "in-reply-to", "references"])


class _Policy(EmailPolicy):
    """The library takes an id that is longer than a line for words, and spells it so that nobody finds the thread."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _OF_IDS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _OF_IDS:
            return self.fold(name, value).encode("ascii")
        folded: bytes = super().fold_binary(name, value)
        return folded


def written(delivery: Delivery, sender: Address, subject: str) -> bytes:
    """The mail; `subject` is for one that answers none."""
    route, domain = delivery.route, sender.domain
    policy = _Policy(linesep="\r\n", raise_on_defect=True, utf8=not delivery.contact.isascii())
    mail = EmailMessage(policy)
    answered, heading = route.get("message_id"), route.get("subject") or ""
    # All that a bot says to somebody who has written nothing is one thread, below a mail that nobody has.
    thread = [*route.get("references", ()), answered] if answered else [f"<{delivery.conversation_id}@{domain}>"]
    user, _, host = delivery.contact.rpartition("@")
    mail["From"], mail["To"] = sender, Address(username=user, domain=host)
    mail["Subject"] = (heading if bare(heading) != heading else f"Re: {heading}") if heading else subject
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = f"<{delivery.message_id}@{domain}>"
    if answered:
        mail["In-Reply-To"] = answered
    mail["References"] = " ".join(thread)
    mail["Auto-Submitted"] = "auto-replied" if route else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # what Exchange hears instead
    said = delivery.text + menu(delivery.detail)
    mail.set_content("\n\n".join(filter(None, (said, *(file["url"] for file in delivery.files)))))
    return mail.as_bytes()
