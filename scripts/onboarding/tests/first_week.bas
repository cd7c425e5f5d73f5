' A new colleague without a laptop, three days later not happy: two tasks for others, and time passes in between.
' user: hi
' bot: Welcome! I will be with you in your first week. What is your name?
' user: Ana
' bot: Which team do you join, Ana?
' suggests: Sales | Engineering | Office
' user: eng
' bot: Do you have a laptop?
' suggests: Yes | No
' user: no
' bot: Do you have a key to the office?
' user: yes
' bot: I passed on 1 thing. Somebody will come to you.
' bot: I write again tomorrow.
' unheard: thanks!
' after: 1d
' bot: Good morning. Today's topic is the house rules. Have you seen it?
' user: yes
' bot: Good morning. Today's topic is how we release. Have you seen it?
' user: Show me
' bot: I asked your team to show it to you.
' after: 2d
' bot: How was your week so far, from 1 to 5?
' user: 9
' bot: A number from 1 to 5, please.
' user: 2
' bot: Thank you for being open. Somebody will talk with you tomorrow.
