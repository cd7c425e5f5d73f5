HEAR photo AS IMAGE
TALK photo
' user: [file cat.jpg] This is https://example.com/not-this.jpg
' bot: https://files.example/cat.jpg
