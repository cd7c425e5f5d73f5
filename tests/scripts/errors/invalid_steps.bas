CREATE WORKFLOW "Move"
END WORKFLOW                           ' error: invalid_steps
