' TAG CONVERSATION changes nothing when the tag is there already, whatever the size of its letters.
TAG CONVERSATION "Urgent"
HEAR x
TAG CONVERSATION "urgent"
TAG CONVERSATION 7
TALK "still here"
' user: hello
' bot: still here
