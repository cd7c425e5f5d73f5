' A FLOAT is no word.
HEAR x AS FLOAT
TALK x
' user: half
' bot: Please answer with a number, such as 3.5.
' user: 0.5
' bot: 0.5
