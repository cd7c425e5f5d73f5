' A number that no choice has is refused.
HEAR x AS "tea", "milk"
TALK x
' user: 3
' bot: Please answer with one of these: tea, milk.
' user: 1)
' bot: tea
