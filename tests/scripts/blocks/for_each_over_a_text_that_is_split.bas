FOR EACH part IN SPLIT("a,b", ",")
  TALK part
NEXT
' bot: a
' bot: b
