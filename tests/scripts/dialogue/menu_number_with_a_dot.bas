' A number may have a dot or a bracket.
HEAR x AS "tea", "milk"
TALK x
' user: 2.
' bot: milk
