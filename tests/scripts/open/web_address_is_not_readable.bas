address = "https://example.com"
TRY
  x = GET address
CATCH problem
  TALK problem.code             ' bot: not-readable
END TRY
