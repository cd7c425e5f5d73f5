' What is said before and after a question stays in order.
TALK "one"
TALK "two"
HEAR x WITH "three"
TALK "four"
' bot: one
' bot: two
' bot: three
' user: ok
' bot: four
