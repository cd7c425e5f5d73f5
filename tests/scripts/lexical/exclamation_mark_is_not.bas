done = FALSE
TALK !done                  ' bot: true
IF !done THEN TALK "open"   ' bot: open
TALK "it is ", !done        ' bot: it is true
