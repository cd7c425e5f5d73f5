SELECT CASE 9
  CASE 1 TO 3
    TALK "low"
END SELECT
TALK "on"             ' bot: on
