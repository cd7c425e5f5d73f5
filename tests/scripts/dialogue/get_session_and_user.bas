' Some of what GET knows is there without having been noted.
TALK GET "session.channel", " ", GET "session.bot", " ", GET("session.id") = conversation     ' bot: transcript bot true
TALK GET "user.id", " ", GET("user.language") IS NULL                                         ' bot: person true
