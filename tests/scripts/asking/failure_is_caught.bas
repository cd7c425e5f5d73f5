' service: GET https://api.example.com/rate -> 503
TRY
  rate = GET "https://api.example.com/rate"
CATCH e
  TALK e.code, ": ", e.message, " in ", e.keyword
END TRY
' bot: http-error: api.example.com answered 503 Service Unavailable to GET in GET
