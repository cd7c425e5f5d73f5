TALK down(900)                        ' bot: 0
FUNCTION down(n)
  IF n = 0 THEN RETURN 0
  RETURN down(n - 1)
END FUNCTION
