TALK "Hello ${user.name}, it is ${FORMAT(NOW(), "HH:mm")}!"
TALK "A " + name + ", " & 3 * 4 & "."
TALK to_say, "and", 'more'
HEAR name
HEAR age AS INTEGER
HEAR colour AS "red", "green", "blue"
HEAR choice AS MENU "one", "two"
HEAR mail AS EMAIL WITH "Your address?"
HEAR x DEFAULT 5 TIMEOUT 3 MINUTES
name = HEAR
name = HEAR "Your name?"
WAIT 5 SECONDS
WAIT UNTIL tomorrow
WAIT FOR TASK id TIMEOUT 5
task_id = CREATE TASK "Call", "ann" DUE "tomorrow" PRIORITY "high"
id = CREATE_TASK("Call", "bob")
id = CREATE TASK("Call", "bob")
SET TASK PRIORITY task_id, "urgent"
status = GET TASK STATUS task_id
IF status = "completed" THEN TALK "Task has been completed"
COMPLETE TASK task_id WITH "done"
ADD SUGGESTION "yes" AS "Yes, please"
ADD SUGGESTION "no"
REMEMBER key = "value", 3
SET BOT MEMORY "k", v
SET USER MEMORY "k", v
x = GET BOT MEMORY "k"
text = "CS-" + FORMAT NOW() AS "YYYY" + "-" + FORMAT RANDOM(1, 9)
FORMAT x, "0.00"
BEGIN TALK
  Hello ${name},
    IF this were code it would be an error

  \${not} this
END TALK
BEGIN MAIL address
Subject: ${subject}
END MAIL
BEGIN SYSTEM PROMPT
You are {{a}} bot.
END SYSTEM PROMPT
TABLE customers ON crm
  id integer
  name string(40)
END TABLE
PRINT "a"; x, y
PRINT
INPUT "How many"; n, m
TYPING
