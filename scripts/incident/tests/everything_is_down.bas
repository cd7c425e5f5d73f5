' The repair fails twice, so the step that stands in for it is done; the reporter hears of everything, the rule informs the managers.
' user: hello
' bot: What has happened? One sentence, please.
' user: No page opens
' bot: How bad is it?
' suggests: Everything is down | Some customers | Nobody notices
' user: everything
' bot: Who takes it over?
' user: Ana
' bot: Ana has it. There are 4 steps; the first is: Look whether it is known.
' bot: The managers are being informed, too.
' bot: Done: Look whether it is known.
' task: Inform the managers -> completed
' task: Tell the customers -> completed
' task: Find the cause -> in_progress
' after: 2h
' task: Find the cause -> completed
' bot: Done: Find the cause.
' task: Repair it -> in_progress
' task: Repair it -> failed
' task: Repair it -> failed
' bot: Given up: Repair it.
' task: Go back to the day before -> completed
' bot: Done: Go back to the day before.
' bot: The incident is over. Ana writes down what was learnt.
' after: 1d
' task: Write down what was learnt -> completed
' bot: It is written down. Thank you for telling us!
