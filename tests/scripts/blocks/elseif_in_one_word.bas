IF 1 = 2 THEN
  TALK "a"
ELSEIF 2 = 2 THEN
  TALK "b"            ' bot: b
ENDIF
