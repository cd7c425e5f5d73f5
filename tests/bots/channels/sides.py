"""The other sides of all kinds of channels."""

from tests.bots.channels.side import Side
from tests.bots.channels.signed import Signed
from tests.bots.channels.telegram import Telegram

SIDES: tuple[type[Side], ...] = (Signed, Telegram)
