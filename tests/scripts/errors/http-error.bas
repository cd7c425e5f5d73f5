' service: GET https://api.example.com/orders/9 -> 404 {"error": "no such order"}
x = GET "https://api.example.com/orders/9"  ' error: http-error
' hint: api.example.com answered 404 Not Found to GET: {"error": "no such order"}
TALK x
