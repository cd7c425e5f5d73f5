FOR EACH value IN ["open", 5, TRUE, NULL, NOW(), [1], {"a": 1}]
  IF value = "open" THEN TALK "found"   ' bot: found
NEXT
IF TRUE = "true" THEN TALK "as text"    ' bot: as text
IF 5 = "5" THEN TALK "as number"        ' bot: as number
