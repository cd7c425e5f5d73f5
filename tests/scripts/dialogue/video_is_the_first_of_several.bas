HEAR film AS VIDEO
TALK film
TALK COUNT(FILES)
' user: [file cat.jpg] [file one.mp4] [file two.mp4]
' bot: https://files.example/one.mp4
' bot: 3
