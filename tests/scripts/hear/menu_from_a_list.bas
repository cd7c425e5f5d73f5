' The choices may come from a list.
towns = ["Recife", "Olinda"]
HEAR town AS MENU towns
' suggests: Recife | Olinda
TALK town
' user: ol
' bot: Olinda
