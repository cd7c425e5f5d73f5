TALK (1 = 1 && 2 = 2) || FALSE        ' bot: true
