TALK NOT "a", " ", NOT ""             ' bot: false true
