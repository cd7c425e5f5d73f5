' Asks after a ticket. It is started by the schedule that start.bas sets, with the ticket and its title.

PARAM ticket, problem

status = GET TASK STATUS ticket
IF status = "completed" THEN
  solved = HEAR "We believe that '${problem}' is solved. Is it?" AS MENU "Yes", "No"
  IF solved = "Yes" THEN
    TALK "Good. Thank you for telling us."
  ELSE
    again = CREATE TASK "Look again: " + problem PRIORITY "urgent" DESCRIPTION "First ticket: " + ticket TAGS ["support", "reopened"]
    TALK "I am sorry. I opened ${again} for it, as urgent."
  END IF
ELSE
  SET TASK PRIORITY ticket, "urgent"
  TALK "Your ticket ${ticket} has waited too long. I made it urgent."
END IF
