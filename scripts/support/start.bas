' The support desk: takes a problem, opens a task for it, and tells how a task stands.

wish = HEAR "Support desk. What can I do for you?" AS MENU "Report a problem", "Ask about a ticket"

SELECT CASE wish
  CASE "Report a problem"
    CALL report
  CASE "Ask about a ticket"
    CALL look_up
END SELECT

SUB report
  problem = HEAR "What is wrong? One sentence is enough."
  steps = []
  DO
    tried = HEAR "What have you tried already? Say 'nothing more' when that is all."
    IF LCASE(TRIM(tried)) = "nothing more" THEN EXIT DO
    PUSH(steps, tried)
  LOOP

  urgency = HEAR "How urgent is it?" AS MENU "Nobody can work", "I cannot work", "It can wait"
  SELECT CASE urgency
    CASE "Nobody can work"
      priority = "urgent" : hours = 4
    CASE "I cannot work"
      priority = "high" : hours = 24
    CASE ELSE
      priority = "low" : hours = 7 * 24
  END SELECT

  ticket = CREATE TASK problem DESCRIPTION "Tried: " + JOIN(steps, "; ") PRIORITY "medium" TAGS ["support"]
  SET TASK PRIORITY ticket, priority
  SET TASK DUE DATE ticket, NOW() + HOURS(hours)
  TALK "Thank you. Your ticket is ${ticket}. We will see to it within ${hours} hours."

  ' The desk asks again by itself, a day after the work was due.
  SET SCHEDULE NOW() + HOURS(hours + 24), "follow_up.bas", ticket, problem
END SUB

SUB look_up
  ticket = HEAR "Which ticket? It begins with tsk_."
  TRY
    TALK "Your ticket is " + in_words(GET TASK STATUS ticket) + "."
  CATCH problem
    TALK "I know no ticket ${ticket}. Please look at the message in which you got it."
  END TRY
END SUB

FUNCTION in_words(status)
  SELECT CASE status
    CASE "pending"
      RETURN "waiting for somebody to take it"
    CASE "in_progress"
      RETURN "being worked on"
    CASE "completed"
      RETURN "solved"
    CASE ELSE
      RETURN status
  END SELECT
END FUNCTION
