id = CREATE TASK "Check the prices"
ATTACH FILE TO TASK id, "../prices.csv", CSV([{fruit: "fig", price: 2}])
attachment = ATTACH_FILE_TO_TASK(id, "prices.csv", "fig")
TALK LEFT(attachment, 4)                        ' bot: att_
ADD TASK COMMENT id, "See the files"
TRY
  ATTACH FILE TO TASK "tsk_none", "a.txt", "text"
CATCH e
  TALK e.code                                   ' bot: task_not_found
END TRY
task = GET TASK id
TALK task.attachments_count, " ", task.comments_count     ' bot: 2 1
