' FLOAT and DECIMAL are other names for NUMBER.
HEAR x AS DECIMAL
TALK x + 0.5
' user: .5
' bot: 1
