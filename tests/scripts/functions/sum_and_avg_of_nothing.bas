TALK SUM([]), " ", AVG([])            ' bot: 0 0
