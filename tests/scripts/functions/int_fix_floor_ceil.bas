TALK INT(-2.5), " ", FIX(-2.5), " ", FLOOR(2.9), " ", CEIL(2.1)     ' bot: -3 -2 2 3
