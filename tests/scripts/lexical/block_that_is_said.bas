who = "Ana"
BEGIN TALK
Dear ${who}: IF this is code THEN it is not.
END TALK
' bot: Dear Ana: IF this is code THEN it is not.
