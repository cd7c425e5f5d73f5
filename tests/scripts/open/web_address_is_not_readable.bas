TRY
  x = GET "https://example.com"
CATCH problem
  TALK problem.code             ' bot: not-readable
END TRY
