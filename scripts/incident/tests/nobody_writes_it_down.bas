' The incident is over, and nobody writes down what was learnt.
' user: hi
' bot: What has happened? One sentence, please.
' user: The fonts are ugly
' bot: How bad is it?
' user: some
' bot: Who takes it over?
' user: Bo
' bot: Bo has it. There are 3 steps; the first is: Look whether it is known.
' bot: Done: Look whether it is known.
' task: Find the cause -> completed
' bot: Done: Find the cause.
' task: Repair it -> completed
' bot: Done: Repair it.
' bot: The incident is over. Bo writes down what was learnt.
' after: 7d
' bot: Nobody has written down what was learnt. Please ask Bo.
