' AS PASSWORD gives the script what was typed.
HEAR secret AS PASSWORD WITH "Password?"
TALK LEN(secret)
' bot: Password?
' user: hunter2
' bot: 7
