' AS CPF and AS CNPJ check the digits and write them as usual.
HEAR person AS CPF
HEAR company AS CNPJ
TALK person, " ", company
' user: 390.533.447-06
' bot: Please answer with a CPF with its check digits, such as 390.533.447-05.
' user: 39053344705
' user: 16727230000197
' bot: 390.533.447-05 16.727.230/0001-97
