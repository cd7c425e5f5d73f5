' TYPING says nothing, and is a fine name for a variable.
TYPING
typing = 3
TALK typing     ' bot: 3
