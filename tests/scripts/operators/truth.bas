TALK NOT 0, NOT "", NOT [], NOT {}, NOT NULL         ' bot: truetruetruetruetrue
TALK NOT "0"                          ' bot: false
