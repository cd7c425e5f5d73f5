SELECT CASE 4
  CASE < 3
    TALK "low"
  CASE 9, >= 4
    TALK "high"         ' bot: high
END SELECT
