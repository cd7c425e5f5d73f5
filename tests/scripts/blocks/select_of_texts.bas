SELECT CASE "b"
  CASE "a", "b"
    TALK "one of them"     ' bot: one of them
  CASE "b"
    TALK "never"
END SELECT
