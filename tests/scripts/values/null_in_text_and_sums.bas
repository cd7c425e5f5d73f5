x = NULL
TALK "[" + x + "]"                    ' bot: []
TALK x + 1                            ' bot: 1
