id = CREATE TASK "Call"
comment_id = ADD_TASK_COMMENT(id, "She is in after five")
TALK LEFT(comment_id, 4)                    ' bot: cmt_
ADD TASK COMMENT id, "Look" MENTION ["bob", "carla"]
ON TASK COMMENTED
  TALK event.comment.author, " to ", JOIN(event.comment.mentions, ", "), " of ", task.title, ": ", event.comment.text
END ON
ON TASK UPDATED
  TALK "never"
END ON
' bot: person to  of Call: She is in after five
' bot: person to bob, carla of Call: Look
