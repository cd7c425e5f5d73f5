HEAR x
' user: hello
TALK x                ' bot: hello
