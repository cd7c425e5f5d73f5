' A context without a name is the context itself.
SET CONTEXT "You sell fruit."
HEAR x
TALK GET "session.context"
' user: hi
' bot: You sell fruit.
