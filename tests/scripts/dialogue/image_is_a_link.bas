' An IMAGE is a link to it.
HEAR x AS IMAGE
TALK x
' user: my holidays
' bot: Please answer with a picture, or a link to it, such as https://example.com/photo.jpg.
' user: https://example.com/a
' bot: https://example.com/a
