rows = CSV("name,note" & CHR(10) & "Ana,""a, b""")
TALK rows[0].note                     ' bot: a, b
