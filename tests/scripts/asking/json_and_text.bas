' service: GET https://api.example.com/list?page=1 -> [{"name": "Ana"}, {"name": "Bo"}]
' service: GET https://api.example.com/motto -> Carpe diem -> always
' service: GET https://api.example.com/nothing -> 204
FOR EACH person IN GET "https://api.example.com/list?page=" + 1
  TALK person.name
NEXT
' bot: Ana
' bot: Bo
TALK GET "https://api.example.com/motto"               ' bot: Carpe diem -> always
TALK (GET "https://api.example.com/nothing") IS NULL   ' bot: true
