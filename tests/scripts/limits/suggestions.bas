FOR i = 1 TO 101
  ADD SUGGESTION "s" & i              ' error: limit
NEXT
TALK "Which?"
