' Latitudes end at the poles.
HEAR x AS LOCATION
TALK x.latitude
' user: 95, 10
' bot: Please answer with a place as latitude and longitude, such as -8.05, -34.88.
' user: 85, 10
' bot: 85
