status = GET TASK STATUS "tsk_1"
IF status = "complete" THEN TALK "Done!"
