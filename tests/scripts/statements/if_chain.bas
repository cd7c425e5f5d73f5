n = 5
IF n < 3 THEN
  TALK "low"
ELSEIF n < 6 THEN
  TALK "middle"                       ' bot: middle
ELSE
  TALK "high"
ENDIF
