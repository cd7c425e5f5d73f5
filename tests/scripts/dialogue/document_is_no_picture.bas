SET LANGUAGE "de"
HEAR x AS DOCUMENT
TALK x
' user: [file cat.png]
' bot: Bitte antworten Sie mit: ein Dokument oder ein Link zu ihm, etwa https://example.com/prices.pdf.
' user: [file letter.pdf]
' bot: https://files.example/letter.pdf
