x = 'it is'
TALK x + '!'                          ' bot: it is!
