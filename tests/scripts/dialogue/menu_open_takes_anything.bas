' With * every other answer is let through.
HEAR x AS "done", *
TALK x
' user: 42
' bot: 42
