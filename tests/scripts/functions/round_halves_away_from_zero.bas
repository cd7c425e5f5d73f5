TALK ROUND(2.5), " ", ROUND(-2.5), " ", ROUND(2.345, 2), " ", ROUND(1250, -2)     ' bot: 3 -3 2.35 1300
