CREATE TASK "Call Ana" CONTEXT "order 7"     ' error: invalid_context
