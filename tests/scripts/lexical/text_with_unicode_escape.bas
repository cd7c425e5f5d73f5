TALK "caf\u00e9"      ' bot: café
