CREATE TASK "Call Ana", "bo", "Moving house", "blue"     ' error: invalid_argument
' hint: say what is what: CREATE TASK "title" ASSIGN TO who PRIORITY "high" DUE "tomorrow" DESCRIPTION "text"
