' maybe is neither.
HEAR x AS BOOLEAN
TALK x
' user: maybe
' bot: Please answer with yes or no.
' user: ok
' bot: true
