' To wait for nothing, for less, or for what has passed goes on at once.
WAIT 0
WAIT -5 DAYS     ' noqa: negative-wait
WAIT UNTIL "2020-01-01"
WAIT UNTIL NOW() - 5
TALK "at once"     ' bot: at once
