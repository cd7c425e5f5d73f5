TALK "a" & "b" = "ab"                 ' bot: true
