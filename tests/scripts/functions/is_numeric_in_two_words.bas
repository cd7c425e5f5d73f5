answer = "12"
IF IS NUMERIC(answer) AND NOT IS NUMERIC("x") THEN TALK answer * 2     ' bot: 24
