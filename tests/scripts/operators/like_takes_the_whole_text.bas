TALK "invoice" LIKE "in"              ' bot: false
TALK "invoice" LIKE "in%"             ' bot: true
TALK "a.c" LIKE "a_c"                 ' bot: true
