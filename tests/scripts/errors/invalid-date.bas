moon = "the next full moon"
WAIT UNTIL moon     ' error: invalid-date
' hint: write NOW() + HOURS(2), "5pm", "monday 9:00", "tomorrow" or "2030-01-31T17:00:00Z"
