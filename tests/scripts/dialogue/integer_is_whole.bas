' A fraction is no whole number.
HEAR x AS INTEGER
TALK x
' user: 2.5
' bot: Please answer with a whole number, such as 3.
' user: 2
' bot: 2
