' ADD SUGGESTION takes any value, with a label of its own or without.
FOR EACH n IN [1, 2]
  ADD SUGGESTION n AS "Number " + n
NEXT
ADD SUGGESTION "other"
HEAR x WITH "Which?"
' bot: Which?
' suggests: Number 1 | Number 2 | other
' user: 2
TALK x + 1     ' noqa: text-as-number
' bot: 21
