TALK CHR(65) & ASC("A") & " " & HEX(255)     ' bot: A65 FF
