' service: GET https://api.example.com/weather?city=S%C3%A3o+Paulo -> 21
city = "São Paulo"
TALK GET "https://api.example.com/weather?city=${city}"     ' bot: 21
