' service: GET https://api.example.com/next -> 1
' service: GET https://api.example.com/next -> 2
TALK GET "https://api.example.com/next"     ' bot: 1
HEAR more
' user: go on
TALK GET "https://api.example.com/next"     ' bot: 2
