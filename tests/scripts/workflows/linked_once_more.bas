' LINK TASKS adds to what a task waits for.
a = CREATE TASK "a"
b = CREATE TASK "b"
c = CREATE TASK "c"
LINK TASKS a, c
LINK TASKS [b, c]
TRY
  CLAIM TASK c
CATCH e
  TALK e.message                ' bot: "c" cannot be begun before "a", "b"
END TRY
