10 DATA 1
20 DATA 2
30 RESTORE 20
40 READ x
50 TALK x                             ' bot: 2
