' An AUDIO is a link to it.
HEAR x AS AUDIO
TALK x
' user: my holidays
' bot: Please answer with a voice message or other sound, or a link to it.
' user: https://example.com/a
' bot: https://example.com/a
