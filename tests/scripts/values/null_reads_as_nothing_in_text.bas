TALK "[" & NULL & "]"                 ' bot: []
TALK "[${NULL}]"                      ' bot: []
