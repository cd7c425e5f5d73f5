INPUT "Name?"                         ' error: missing-argument
