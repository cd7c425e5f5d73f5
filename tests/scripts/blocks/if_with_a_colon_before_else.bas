FOR EACH x IN [1, 2]
  IF x = 1 THEN TALK "one" : ELSE TALK "other"
  IF x = 1 THEN TALK "a" : TALK "b" ELSE TALK "c" : TALK "d"
  IF x = 2 THEN TALK "two" : ELSEIF x = 1 THEN TALK "not two" : ELSE TALK "none"
  IF x = 2 THEN TALK "end" : END IF : TALK "behind"
NEXT
' bot: one
' bot: a
' bot: b
' bot: not two
' bot: behind
' bot: other
' bot: c
' bot: d
' bot: two
' bot: end
' bot: behind
