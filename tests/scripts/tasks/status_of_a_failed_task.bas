' GET TASK STATUS has four words, GET TASK says more.
id = CREATE TASK "t"
FAIL TASK id
t = GET TASK id
TALK GET TASK STATUS id, " ", t.status     ' bot: cancelled failed
