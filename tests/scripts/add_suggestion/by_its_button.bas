' What a button says is its value as it stands, whatever the others are called.
ADD SUGGESTION "aB" AS "First"
ADD SUGGESTION "Ab" AS "Second"
ADD SUGGESTION "20" AS "10"
ADD SUGGESTION "10" AS "20"
HEAR x
TALK x
ADD SUGGESTION "20" AS "10"
ADD SUGGESTION "10" AS "20"
HEAR x
TALK x
' suggests: First | Second | 10 | 20
' user: Ab
' bot: Ab
' suggests: 10 | 20
' user: 10
' bot: 10
