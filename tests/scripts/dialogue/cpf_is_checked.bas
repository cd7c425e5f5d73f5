' The check digits of a CPF must be right.
HEAR x AS CPF
TALK x
' user: 390.533.447-06
' bot: Please answer with a CPF with its check digits, such as 390.533.447-05.
' user: 39053344705
' bot: 390.533.447-05
