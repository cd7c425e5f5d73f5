' Each task has a whole number too, by which other programs know it.
first = CREATE TASK "one"
TALK "made"             ' bot: made
HEAR go                 ' user: go on
t = GET TASK 1
TALK t.title            ' bot: one
SET TASK PRIORITY "1", "high"
TALK (GET TASK first).priority   ' bot: high
