SELECT CASE 5
  CASE 1 TO 9
    TALK "digit"                      ' bot: digit
  CASE 5
    TALK "never"
END SELECT
