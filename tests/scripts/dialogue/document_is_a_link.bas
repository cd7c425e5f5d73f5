' A DOCUMENT is a link to it.
HEAR x AS DOCUMENT
TALK x
' user: my holidays
' bot: Please answer with a link to the file, such as https://example.com/photo.jpg.
' user: https://example.com/a
' bot: https://example.com/a
