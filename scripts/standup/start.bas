' Signs a person up for the daily stand-up: from then on standup.bas runs in this talk at the chosen time.

name = HEAR "Hello! I hold the daily stand-up. What is your name?"
hour = HEAR "At which hour shall I ask you on weekdays, ${name}? From 6 to 20." AS INTEGER
WHILE hour < 6 OR hour > 20
  hour = HEAR "An hour from 6 to 20, please." AS INTEGER
END WHILE

SET SCHEDULE "0 ${hour} * * 1-5", "standup.bas", name
TALK "Done. I ask you on weekdays at ${hour}:00 UTC."
