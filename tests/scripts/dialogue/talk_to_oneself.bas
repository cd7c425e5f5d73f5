' Who talks here can be talked to, too.
TALK TO user, "psst", "!"                       ' bot: psst!
TALK TO "transcript:person", "It is you."       ' bot: It is you.
