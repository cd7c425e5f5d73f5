"""Every interface that is served, as the tests that go across them know it."""

from tests.bots.dialects.crossing.faces.bytebot import Bytebot
from tests.bots.dialects.crossing.faces.chatbotkit import ChatBotKit
from tests.bots.dialects.crossing.faces.copilotz import Copilotz
from tests.bots.dialects.crossing.faces.face import Face
from tests.bots.dialects.crossing.faces.general_bots import GeneralBots
from tests.bots.dialects.crossing.faces.teamday import TeamDay

FACES: tuple[Face, ...] = (GeneralBots(), ChatBotKit(), Bytebot(), TeamDay(), Copilotz())
