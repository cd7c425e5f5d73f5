' A suggestion is shown by its label and answers with its value.
ADD SUGGESTION "hours" AS "Opening hours"
ADD SUGGESTION "prices"
TALK "Welcome."
x = HEAR "Which?"
TALK x
' bot: Welcome.
' bot: Which?
' suggests: Opening hours | prices
' user: prices
' bot: prices
