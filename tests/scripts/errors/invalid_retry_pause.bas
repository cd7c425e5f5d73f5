id = CREATE WORKFLOW "Refund"
  STEP "Ask the bank" RETRIES 2 PAUSE "400 days"
END WORKFLOW                        ' error: invalid_retry_pause
