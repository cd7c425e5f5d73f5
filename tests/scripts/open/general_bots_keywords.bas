TRY
  rows = FIND "orders", "total > 5"       ' error: unknown-keyword
  BEGIN MAIL "ana@example.com"            ' error: unknown-keyword
Hello
  END MAIL
CATCH e
  TALK e.message
END TRY
' hint: FIND is a keyword of General Bots that TaskTalk does not have yet
' hint: SEND MAIL is a keyword of General Bots that TaskTalk does not have yet
' hint: no mail is sent: the script runs until it reaches this, and then fails; TRY can catch that
