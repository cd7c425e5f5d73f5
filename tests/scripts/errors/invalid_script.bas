CREATE WORKFLOW "Refund"
  STEP "Ask the bank" RUN "../bank.bas"
END WORKFLOW                           ' error: invalid_script
