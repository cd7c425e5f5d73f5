TYPING : TALK "here"                  ' bot: here
