HEAR topic AS "What would you like to do?"
' bot: What would you like to do?
' user: sing
TALK topic            ' bot: sing
