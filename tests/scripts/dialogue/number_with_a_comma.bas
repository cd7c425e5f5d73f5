' A comma may begin the fraction.
HEAR x AS NUMBER
TALK x * 2
' user: 3,5
' bot: 7
