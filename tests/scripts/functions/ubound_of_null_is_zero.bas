TALK UBOUND(NULL)                     ' bot: 0
