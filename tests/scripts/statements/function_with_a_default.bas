FUNCTION price(n, each = 2)
  RETURN n * each
END FUNCTION
TALK price(3), " ", price(3, 5)       ' bot: 6 15
