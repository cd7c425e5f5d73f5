x = GET "weather.today"                ' error: not-readable
TALK x
