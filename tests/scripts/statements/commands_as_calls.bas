PRINT("to the log")
ASSERT(1 = 1)
TALK("a")              ' bot: a
TALK ("a"), "b"        ' bot: ab
TRY
  ASSERT(1 = 2, "no")
CATCH e
  TALK e.message       ' bot: no
END TRY
