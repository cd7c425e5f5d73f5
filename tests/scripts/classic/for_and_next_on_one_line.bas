10 FOR i% = 1 TO 3: s = s + i%: NEXT i%
20 TALK s             ' bot: 6
