SWITCH "x"
  CASE "a", "b"
    TALK "ab"
  DEFAULT
    TALK "other"                      ' bot: other
END SWITCH
