' What is said while the script waits answers no later question.
TALK "wait"
WAIT 1 HOURS
answer = HEAR "now?"
TALK answer
' bot: wait
' unheard: too early
' after: 1h
' bot: now?
' user: yes
' bot: yes
