' AS LOCATION gives a record.
HEAR place AS LOCATION
TALK place.latitude, " ", place.longitude
' user: -8.05, -34.88
' bot: -8.05 -34.88
