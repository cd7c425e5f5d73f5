' A wrong answer does not make the time longer.
n = HEAR "How many?" AS INTEGER TIMEOUT 1 HOUR
TALK TIMEDOUT
' bot: How many?
' after: 59m
' user: some
' bot: Please answer with a whole number, such as 3.
' after: 1m
' bot: true
