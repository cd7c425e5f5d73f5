SET SCHEDULE "morning", "0 8 * * *"
TALK "It is ${FORMAT(NOW(), "HH:mm")}."
' bot: It is 09:00.
' after: 1d
' bot: It is 08:00.
