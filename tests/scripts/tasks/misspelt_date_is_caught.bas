' A misspelt date is an error, not a project.
words = "tomo" + "row"
wrong = "tomo" + "rrrow"
TRY
  id = CREATE TASK "t", words
  id = CREATE TASK "t", "bob", wrong
CATCH e
  TALK e.code     ' bot: invalid_due_date
END TRY
