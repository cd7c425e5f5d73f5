ADD SUGGESTION "View order", "view"
topic = HEAR "What now?"
' bot: What now?
' suggests: View order
' user: view
TALK topic            ' bot: view
