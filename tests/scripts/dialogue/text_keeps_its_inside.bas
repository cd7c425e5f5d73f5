' A TEXT is what was written, without blanks around it.
HEAR x AS TEXT
TALK "[", x, "]"
' user:   two  words 
' bot: [two  words]
