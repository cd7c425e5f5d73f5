' Somebody who has everything: no task is opened.
' user: hello
' bot: Welcome! I will be with you in your first week. What is your name?
' user: Bo
' bot: Which team do you join, Bo?
' user: 1
' bot: Do you have a laptop?
' user: yes
' bot: Do you have a key to the office?
' user: yes
' bot: Then you are all set for today.
' bot: I write again tomorrow.
' after: 1d
' bot: Good morning. Today's topic is the house rules. Have you seen it?
' user: yes
' bot: Good morning. Today's topic is the price list. Have you seen it?
' user: yes
' after: 2d
' bot: How was your week so far, from 1 to 5?
' user: 5
' bot: Good to hear. Have a good start, Bo!
