' A problem is reported and solved; a day after it was due the desk asks, and the customer agrees.
' user: hello
' bot: Support desk. What can I do for you?
' suggests: Report a problem | Ask about a ticket
' user: report
' bot: What is wrong? One sentence is enough.
' user: The printer is on fire
' bot: What have you tried already? Say 'nothing more' when that is all.
' user: Water
' bot: What have you tried already? Say 'nothing more' when that is all.
' user: nothing more
' bot: How urgent is it?
' user: nobody
' bot: Thank you. Your ticket is {ticket}. We will see to it within 4 hours.
' user: me again
' bot: Support desk. What can I do for you?
' user: 2
' bot: Which ticket? It begins with tsk_.
' user: {ticket}
' bot: Your ticket is waiting for somebody to take it.
' task: The printer is on fire -> completed
' after: 28h
' bot: We believe that 'The printer is on fire' is solved. Is it?
' suggests: Yes | No
' user: yes
' bot: Good. Thank you for telling us.
