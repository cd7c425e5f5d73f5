' A CEP has a dash.
HEAR x AS CEP
TALK x
' user: 01310100
' bot: 01310-100
