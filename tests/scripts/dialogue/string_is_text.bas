' STRING is another name for TEXT.
HEAR x AS STRING
TALK x
' user: 007
' bot: 007
