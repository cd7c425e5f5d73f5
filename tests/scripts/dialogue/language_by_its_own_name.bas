' A LANGUAGE gives its code.
HEAR x AS LANGUAGE
TALK x
' user: português
' bot: pt
