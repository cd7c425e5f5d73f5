FUNCTION ask(question)
  RETURN HEAR question
END FUNCTION
TALK "So: " + ask("What?")
' bot: What?
' user: that
' bot: So: that
