TALK FORMAT(42, "0000")               ' bot: 0042
TALK FORMAT(12345, "0000")            ' bot: 12345
