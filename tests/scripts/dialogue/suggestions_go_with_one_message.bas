' What was suggested once does not come again.
ADD SUGGESTION "tea"
HEAR x WITH "Drink?"
' bot: Drink?
' suggests: tea
' user: tea
HEAR y WITH "Food?"
' bot: Food?
' suggests:
' user: fig
TALK x, y     ' bot: teafig
