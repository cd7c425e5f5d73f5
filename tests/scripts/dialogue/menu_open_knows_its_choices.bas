' With * a choice is known in any case.
HEAR x AS MENU "done", *
TALK x
' user: DO
' bot: done
