' The check digits of a CNPJ must be right.
HEAR x AS CNPJ
TALK x
' user: 16727230000198
' bot: Please answer with a CNPJ with its check digits, such as 16.727.230/0001-97.
' user: 16727230000197
' bot: 16.727.230/0001-97
