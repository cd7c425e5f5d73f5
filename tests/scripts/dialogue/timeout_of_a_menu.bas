' A menu waits no longer, either.
HEAR x AS "yes", "no" TIMEOUT 5 MINUTES
TALK x IS NULL, " ", TIMEDOUT
' suggests: yes | no
' after: 5m
' bot: true true
