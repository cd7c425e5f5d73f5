HEAR voice AS AUDIO
TALK voice
' user: [file cat.jpg] Listen!
' bot: Please answer with a voice message or other sound, or a link to it.
' user: [file hello.ogg]
' bot: https://files.example/hello.ogg
