' Nobody took the ticket: the desk makes it urgent by itself. The number of a ticket that is not there is told kindly.
' user: hello
' bot: Support desk. What can I do for you?
' user: 1
' bot: What is wrong? One sentence is enough.
' user: My chair squeaks
' bot: What have you tried already? Say 'nothing more' when that is all.
' user: nothing more
' bot: How urgent is it?
' user: it can wait
' bot: Thank you. Your ticket is {ticket}. We will see to it within 168 hours.
' after: 8d
' bot: Your ticket {ticket} has waited too long. I made it urgent.
' user: hello
' bot: Support desk. What can I do for you?
' user: ask
' bot: Which ticket? It begins with tsk_.
' user: tsk_1
' bot: I know no ticket tsk_1. Please look at the message in which you got it.
