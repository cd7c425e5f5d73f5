' TALK "" is a message without words.
TALK ""
TALK "after"
' bot:
' bot: after
