' A DOCUMENT is a link to it.
HEAR x AS DOCUMENT
TALK x
' user: my holidays
' bot: Please answer with a document, or a link to it, such as https://example.com/prices.pdf.
' user: https://example.com/a
' bot: https://example.com/a
