IF 2 > 1 THEN 'a note'
  TALK "in"      ' bot: in
ELSE 'another'
  TALK "out"
END IF
