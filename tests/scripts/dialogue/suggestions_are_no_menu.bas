' Besides what is suggested anything may be answered.
ADD SUGGESTION "tea"
HEAR x
' suggests: tea
' user: coffee
TALK x     ' bot: coffee
