COMPLETE TASK "tsk_none"     ' error: task_not_found
