TALK NULL = ""                        ' bot: true
TALK NULL = 0                         ' bot: true
TALK NULL = "0"                       ' bot: false
