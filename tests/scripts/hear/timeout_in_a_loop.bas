' A bot that asks again and again.
tries = 0
DO
  tries = tries + 1
  HEAR answer AS BOOLEAN WITH "Did you take your pill?" TIMEOUT 1 HOURS
LOOP WHILE TIMEDOUT
TALK tries, " ", answer
' bot: Did you take your pill?
' after: 1h
' bot: Did you take your pill?
' after: 30m
' user: yes
' bot: 2 true
