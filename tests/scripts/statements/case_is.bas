SELECT CASE 12
  CASE IS >= 10
    TALK "much"                       ' bot: much
END SELECT
