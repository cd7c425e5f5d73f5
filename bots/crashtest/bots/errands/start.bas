' What the people of `tasktalk crashtest` talk to: loops in SUBs, tasks, waits, messages on a second channel, and orders
' from a shop. It never says the same twice running: who hears it knows by that what came again.
answers = []
here = channel + ":" + user
IF channel = "webhook" THEN here = "push:" + user
shop = GET BOT MEMORY "shop"
CALL ask_all(["name", "town", "colour"])
FOR trip = 1 TO 2
  CALL errand(trip)
  CALL ask_all(["fruit", "song"])
NEXT
TALK "In all: " + JOIN(answers, ", ")
TALK TO here, "Goodbye"

SUB ask_all(questions)
  count = 0
  FOR EACH question IN questions
    HEAR reply WITH "Your ${question}?"
    PUSH(answers, reply)
    ticket = CREATE TASK user + ": " + question + " is " + reply
    SET TASK PRIORITY ticket, "high"
    count = count + 1
    IF count = 2 THEN
      COMPLETE TASK ticket
      TALK TO here, "Done: ${question}"
    END IF
    TALK "Noted ${count}: ${reply}"
  NEXT
  order = POST shop, {contact: user, text: "round of ${count}"}
  TALK "That was a round of ${count}, order ${order.number}."
END SUB

SUB errand(trip)
  TALK "One moment."
  WAIT 1 SECOND
  order = POST shop, {contact: user, text: "errand ${trip}"}
  job = CREATE TASK "${user}: errand ${trip}, order ${order.number}"
  TALK TO here, "Do ${trip}: " + job
  how = WAIT FOR TASK job
  TALK TO here, "Errand ${trip} is ${how}"
END SUB
