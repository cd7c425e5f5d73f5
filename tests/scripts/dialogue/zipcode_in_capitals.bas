' ZIPCODE and POSTALCODE are one.
HEAR x AS ZIPCODE
TALK x
' user: ec1a 1bb
' bot: EC1A 1BB
