' Somebody signs up, and is asked on the next two mornings at the chosen hour.
' user: hello
' bot: Hello! I hold the daily stand-up. What is your name?
' user: Ana
' bot: At which hour shall I ask you on weekdays, Ana? From 6 to 20.
' user: 3
' bot: An hour from 6 to 20, please.
' user: 9
' bot: Done. I ask you on weekdays at 9:00 UTC.
' after: 1d
' bot: Good morning, Ana. Stand-up!
' bot: What did you finish?
' user: The printer
' bot: What is on for today? One message each; say 'done' after the last.
' user: Order water
' user: Write to Bo
' user: done
' bot: Is anything in your way? Say 'no' or what it is.
' user: the smoke
' bot: I opened an urgent task for it.
' bot: 2 tasks for today. Have a good day!
' task: Order water -> completed
' task: In the way of Ana: the smoke -> completed
' after: 1d
' bot: Good morning, Ana. Stand-up!
' bot: What did you finish?
' user: all of it
' bot: What is on for today? One message each; say 'done' after the last.
' user: done
' bot: Is anything in your way? Say 'no' or what it is.
' user: no
' bot: 0 tasks for today. Have a good day!
