TALK DATEVALUE("9999-12-31") + DAYS(2)     ' error: range
