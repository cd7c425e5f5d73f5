' In a talk that is with a person the bot is silent, whatever comes due.
TRANSFER TO HUMAN
TALK "One moment."
' bot: One moment.
HEAR x TIMEOUT 1 MINUTE
TALK "never said"
' user: hello?
' after: 1h
' user: is anybody there?
