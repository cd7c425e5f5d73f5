WAIT UNTIL "the next full moon"     ' error: invalid-date
' hint: write NOW() + HOURS(2), "2030-01-31T17:00:00Z" or "tomorrow at 9:00"
