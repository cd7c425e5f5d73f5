' Choices that are numbers are meant by themselves first.
HEAR x AS "3", "2", "1"
TALK x
' user: 3
' bot: 3
