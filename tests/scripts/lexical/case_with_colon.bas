SELECT CASE 2
  CASE 1: TALK "one"
  CASE 2: TALK "two"      ' bot: two
  CASE ELSE: TALK "more"
END SELECT
