TALK FORMAT(2.5, "0")                 ' bot: 3
TALK FORMAT(1.005, "0.00")            ' bot: 1.01
TALK FORMAT(-2.5, "0")                ' bot: -3
