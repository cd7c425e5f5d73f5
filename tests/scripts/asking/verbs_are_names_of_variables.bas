post = 1
put = post + 1
patch = put + 1
TALK post, put, patch                       ' bot: 123
