x = 5 ' five
TALK x                                ' bot: 5
