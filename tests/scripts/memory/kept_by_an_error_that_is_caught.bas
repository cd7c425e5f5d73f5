' An error that is caught takes nothing back.
TRY
  REMEMBER "x" = 1
  THROW "oh"
CATCH e
  TALK RECALL "x"     ' bot: 1
END TRY
