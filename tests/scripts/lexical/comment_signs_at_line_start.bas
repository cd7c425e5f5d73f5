// not code
# not code either
' nor this
TALK "code"                           ' bot: code
