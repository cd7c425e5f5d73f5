' A VIDEO is a link to it.
HEAR x AS VIDEO
TALK x
' user: my holidays
' bot: Please answer with a video, or a link to it, such as https://example.com/film.mp4.
' user: https://example.com/a
' bot: https://example.com/a
