' There is no 25th hour.
HEAR x AS TIME
TALK x
' user: 25:00
' bot: Please answer with a time of day, such as 14:30 or 2:30 pm.
' user: noon
' bot: 12:00
