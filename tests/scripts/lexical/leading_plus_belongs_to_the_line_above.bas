x = "a"
  + "b"
TALK x                                ' bot: ab
