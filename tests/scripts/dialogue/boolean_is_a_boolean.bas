' yes and its kin are true, no and its kin false.
HEAR x AS BOOLEAN
TALK TYPEOF(x), " ", x
' user: Yep!
' bot: boolean true
