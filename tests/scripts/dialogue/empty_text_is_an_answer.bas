' An empty TEXT is a fine answer.
HEAR t
TALK "[", t, "]"
' user:
' bot: []
