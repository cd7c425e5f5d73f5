' A part that two choices have is none.
HEAR x AS "red wine", "white wine"
TALK x
' user: wine
' bot: Please answer with one of these: red wine, white wine.
' user: white
' bot: white wine
