age = HEAR "How old are you?"
IF age >= 18 THEN TALK "Come in."
