none = NULL
TALK [NULL IS EMPTY, "" IS EMPTY, [] IS EMPTY, {} IS EMPTY]     ' bot: [true, true, true, true]
TALK [0 IS EMPTY, " " IS EMPTY, [0] IS NOT EMPTY]               ' bot: [false, false, true]
IF none IS EMPTY AND "" IS NOT NULL THEN TALK "yes"          ' bot: yes
