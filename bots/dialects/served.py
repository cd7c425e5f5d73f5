"""The dialects that are served, each below its prefix and at its paths of the root."""

from typing import Final

from tasktalk.bots.dialects import bytebot, chatbotkit, copilotz, general_bots, teamday
from tasktalk.bots.dialects.mounting import Dialect

DIALECTS: Final[tuple[Dialect, ...]] = tuple(
    each.DIALECT for each in (general_bots, chatbotkit, bytebot, teamday, copilotz)
)
