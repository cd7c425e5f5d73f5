' A FILE is a link to it.
HEAR x AS FILE
TALK x
' user: my holidays
' bot: Please answer with a file, or a link to it, such as https://example.com/prices.pdf.
' user: https://example.com/a
' bot: https://example.com/a
