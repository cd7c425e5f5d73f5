' service: DELETE https://api.example.com/orders/7 -> {"gone": 7}
' service: DELETE https://api.example.com/orders/8 -> 204
gone = DELETE "https://api.example.com/" + "orders/7"
TALK gone.gone                              ' bot: 7
DELETE "https://api.example.com/orders/8"
delete = 1
delete = delete + 1
TALK delete                                 ' bot: 2
id = CREATE TASK "Call Ana back"
TALK (DELETE TASK id) = id                  ' bot: true
TRY
  DELETE "orders.txt"
CATCH e
  TALK e.code, ": ", e.message              ' bot: invalid-url: "orders.txt" is no web address
END TRY
