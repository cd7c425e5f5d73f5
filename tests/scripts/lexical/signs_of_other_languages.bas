x := 5
IF x === 5 && x !== 4 THEN TALK "five"     ' bot: five
