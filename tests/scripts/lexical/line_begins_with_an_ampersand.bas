s = "a"
  & "b"
TALK s                ' bot: ab
