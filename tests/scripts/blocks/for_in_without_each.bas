FOR x IN ["a", "b"]
  TALK x
END FOR
' bot: a
' bot: b
