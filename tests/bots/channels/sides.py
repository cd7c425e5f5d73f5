"""The other sides of all kinds of channels."""

from tests.bots.channels.discord import Discord
from tests.bots.channels.email import Email
from tests.bots.channels.side import Side
from tests.bots.channels.signed import Signed
from tests.bots.channels.slack import Slack
from tests.bots.channels.teams import Teams
from tests.bots.channels.telegram import Telegram
from tests.bots.channels.twilio import Twilio
from tests.bots.channels.whatsapp import WhatsApp

SIDES: tuple[type[Side], ...] = (Discord, Email, Signed, Slack, Teams, Telegram, Twilio, WhatsApp)
