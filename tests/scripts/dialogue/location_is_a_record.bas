' A LOCATION has latitude and longitude.
HEAR x AS LOCATION
TALK x.latitude, " ", x.longitude
' user: -8.05, -34.88
' bot: -8.05 -34.88
