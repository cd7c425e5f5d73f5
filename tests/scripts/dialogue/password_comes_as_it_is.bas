' A PASSWORD keeps its letters.
HEAR x AS PASSWORD
TALK x
' user: S3cret Word
' bot: S3cret Word
