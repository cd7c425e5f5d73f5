' A ready answer beside a menu may be taken, too.
ADD SUGGESTION "help" AS "Help me!"
HEAR size AS "small", "large"
TALK size
' suggests: Help me! | small | large
' user: help me!
' bot: help
