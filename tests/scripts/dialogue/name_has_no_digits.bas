' R2D2 is no NAME.
HEAR x AS NAME
TALK x
' user: R2D2
' bot: Please answer with a name, such as Ana Souza.
' user: Ana
' bot: Ana
