TALK &HFF + &h10      ' bot: 271
