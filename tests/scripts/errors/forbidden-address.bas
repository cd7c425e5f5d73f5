x = GET "http://127.0.0.1:8080/metrics"     ' error: forbidden-address
TALK x
