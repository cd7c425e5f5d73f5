' The language tells what a dot and a comma are.
SET LANGUAGE "de"
HEAR a AS NUMBER
SET LANGUAGE "en"
HEAR b AS NUMBER
TALK a, " ", b
' user: 1.234
' user: 1.234
' bot: 1234 1.234
