GET "https://example.com" AS page     ' error: unknown-keyword
' hint: the form is: GET <name>
x = GET "https://example.com", 2      ' error: unknown-keyword
' hint: the form is: GET <name>
