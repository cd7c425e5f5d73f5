SUB move(n, a, b, c)
  IF n = 0 THEN EXIT SUB
  CALL move(n - 1, a, c, b)
  moves = moves + 1
  CALL move(n - 1, c, b, a)
END SUB
moves = 0
CALL move(14, "left", "right", "middle")
RETURN moves
