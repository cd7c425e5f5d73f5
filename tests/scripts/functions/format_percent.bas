TALK FORMAT(0.256, "0%")              ' bot: 26%
TALK FORMAT(0.256, "0.0%")            ' bot: 25.6%
