"""The dialects that are served, each below its prefix and at its paths of the root."""

from typing import Final

from tasktalk.bots.dialects import chatbotkit, general_bots, teamday

DIALECTS: Final = (general_bots, chatbotkit, teamday)
