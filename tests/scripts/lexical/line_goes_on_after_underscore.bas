x = 1 _
  + 2
TALK x                                ' bot: 3
