n = 2 'isn't this the number
TALK n                ' bot: 2
