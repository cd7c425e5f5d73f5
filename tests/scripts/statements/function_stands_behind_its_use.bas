TALK half(9)          ' bot: 4.5
FUNCTION half(n)
  RETURN n / 2
END FUNCTION
