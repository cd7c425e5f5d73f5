' A file may come without words.
SEND FILE "https://example.com/a.pdf"      ' bot: https://example.com/a.pdf
SEND IMAGE "http://example.com/a.png", ""  ' bot: http://example.com/a.png
