POST "https://api.example.com/orders" WITH name = "Ana", age = 3     ' error: unknown-keyword
' hint: the form is: POST <address>[, <body>]
