' A fault becomes a task, somebody does it, and whoever reported it hears so.
' user: hello
' bot: What is broken? One sentence, please.
' user: The printer is on fire
' bot: Thank you. It is {id}.
' bot: Ask me at any time how it stands.
' user: and?
' bot: Nobody has begun.
' bot: Ask me at any time how it stands.
' task: The printer is on fire -> in_progress
' user: and now?
' bot: Somebody is at it.
' bot: Ask me at any time how it stands.
' task: The printer is on fire -> completed
' user: and now?
' bot: It is done.
