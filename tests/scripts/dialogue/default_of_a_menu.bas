' DEFAULT need not be one of the choices.
HEAR size AS "small", "large" DEFAULT "none"
TALK size
' user:
' bot: none
