TALK FORMAT(1.5, "0.##")              ' bot: 1.5
TALK FORMAT(2, "0.##")                ' bot: 2
