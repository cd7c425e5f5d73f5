' service: GET https://api.example.com/ -> ok
SET HEADER "X-One", 1
SET HEADER "X-Two" AS "two"
SET HEADER "X-Three" = "three"
TALK GET "https://api.example.com"          ' bot: ok
