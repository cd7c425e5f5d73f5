' Nobody works at it for three days, then the cause cannot be found.
' user: hi
' bot: What has happened? One sentence, please.
' user: A button is green
' bot: How bad is it?
' user: nobody
' bot: Who takes it over?
' user: bo
' bot: bo has it. There are 3 steps; the first is: Look whether it is known.
' bot: Done: Look whether it is known.
' after: 3d
' bot: Nobody has ended 'Find the cause' for three days. I ask bo again.
' task: Look after the incident: A button is green -> completed
' task: Find the cause -> cancelled
' bot: Given up: Find the cause.
' bot: The incident is not over, and no step is left that could be done: a person has to look.
