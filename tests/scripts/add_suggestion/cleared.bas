' CLEAR SUGGESTIONS takes back what this turn suggested.
ADD SUGGESTION "a"
CLEAR SUGGESTIONS
HEAR x WITH "?"
TALK x
' bot: ?
' suggests:
' user: b
' bot: b
