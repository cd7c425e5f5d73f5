HEAR first
HEAR second
TALK first
TALK second
' user: [file cat.jpg] A cat
' user: [file cat.jpg]
' bot: A cat
' bot: https://files.example/cat.jpg
