TALK down(900)                        ' bot: 0
HEAR x                                ' user: deeper
TALK down(1100)
FUNCTION down(n)
  IF n = 0 THEN RETURN 0
  RETURN down(n - 1)                  ' error: depth
END FUNCTION
