GOSUB hello
TALK "back"
END
hello:
TALK "hi"
RETURN
' bot: hi
' bot: back
