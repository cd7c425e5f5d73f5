' The answer is a number, not a text.
HEAR x AS INTEGER
TALK x + 7
' user: 7
' bot: 14
