' service: GET https://files.example/plan.txt -> Dig here
id = CREATE TASK "Dig"
HEAR plan AS FILE                 ' user: [file plan.txt]
ATTACH FILE TO TASK id, plan
task = GET TASK id
TALK task.attachments_count       ' bot: 1
