SEND FILE "prices.pdf"                 ' error: invalid-url
