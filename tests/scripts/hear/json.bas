' AS JSON gives the value that is written.
HEAR parcel AS JSON
TALK parcel.size * 2, " ", parcel.tags[0]
' user: {"size": 3, "tags": ["new"]}
' bot: 6 new
