' A region is kept.
HEAR x AS LANGUAGE
TALK x
' user: pt_br
' bot: pt-BR
