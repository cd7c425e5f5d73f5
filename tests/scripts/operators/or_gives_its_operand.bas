x = ""
TALK x OR "default"                   ' bot: default
