' A menu is asked three times, too.
TRY
  HEAR x AS "tea", "milk"
CATCH e
  TALK e.code, " ", e.keyword
END TRY
' user: beer
' bot: Please answer with one of these: tea, milk.
' user: wine
' bot: Please answer with one of these: tea, milk.
' user: gin
' bot: invalid-answer HEAR
