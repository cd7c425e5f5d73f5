' sim, oui, ja, não, nein count too.
HEAR x AS BOOLEAN
TALK x
' user: não
' bot: false
