word = "banana"
FOR EACH start IN [0, 1, "2", 2.9, 9]
  TALK "[" + MID(word, start, 2) + "]"
NEXT
' bot: [ba]
' bot: [ba]
' bot: [an]
' bot: [an]
' bot: []
TALK MID(12345, 2, 3) + " " + LEFT(word, "3") + " " + RIGHT(word, 99) + " " + LEFT(NULL, 2) + "."
' bot: 234 ban banana .
