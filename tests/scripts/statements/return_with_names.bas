r = both(2)
TALK r.one, " ", r.two     ' bot: 2 4
FUNCTION both(n)
  RETURN WITH n AS one, n * 2 AS two
END FUNCTION
