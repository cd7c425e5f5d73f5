' Variables may have the names of HEAR's own words and of other keywords.
HEAR day AS DATE
HEAR order WITH "What?"
HEAR minutes AS INTEGER TIMEOUT 5 MINUTES
TALK FORMAT(day, "DD"), " ", order, " ", minutes
' user: today
' bot: What?
' user: tea
' user: 3
' bot: 05 tea 3
