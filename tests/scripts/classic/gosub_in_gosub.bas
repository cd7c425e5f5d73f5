10 GOSUB 100
20 TALK s             ' bot: ab
30 END
100 s = s + "a"
110 GOSUB 200
120 RETURN
200 s = s + "b"
210 RETURN
