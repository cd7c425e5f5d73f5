word = "abc"
FOR EACH i IN [1, 3, 4, 0, "2"]
  TALK "[" + MID(word, i, 1) + "]"
NEXT
' bot: [a]
' bot: [c]
' bot: []
' bot: [a]
' bot: [b]
