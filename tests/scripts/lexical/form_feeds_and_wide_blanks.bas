TALK "a"     ' bot: a

  TALK "b"     ' bot: b
 BEGIN TALK
c
 END TALK
' bot: c
