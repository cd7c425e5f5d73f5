age = 7
IF age = 5 OR 6 THEN TALK "old enough"
