' A password is what was written, even where it is like a ready answer.
ADD SUGGESTION "none" AS "I have NONE"
HEAR word AS PASSWORD
TALK word
' suggests: I have NONE
' user: None
' bot: None
