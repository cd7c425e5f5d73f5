' Tasks are made as the template was said last; those that are there stay as they are.
a = CREATE TEMPLATE "Refund" TAGS ["money"] CHECKLIST ["Ask", "Pay"]
b = CREATE TEMPLATE "Refund" TAGS "money" CHECKLIST ["Ask", "Pay"]
TALK a = b                  ' bot: true
first = CREATE TASK FROM TEMPLATE "Refund"
HEAR x
c = CREATE TEMPLATE "Refund" TAGS ["money"] CHECKLIST ["Ask", "Pay", "Write"] PRIORITY "high"
TALK a = c
second = CREATE TASK FROM TEMPLATE "Refund"
TALK COUNT((GET TASK first).checklist), ", ", COUNT((GET TASK second).checklist)
' user: go
' bot: false
' bot: 2, 3
