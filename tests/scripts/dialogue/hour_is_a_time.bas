' HOUR is another name for TIME.
HEAR x AS HOUR
TALK x
' user: 9h
' bot: 09:00
