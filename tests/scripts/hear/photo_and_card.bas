HEAR picture AS PHOTO
' user: https://example.com/a.jpg
HEAR payment AS CARD
' user: 4111 1111 1111 1111
TALK picture, " ", payment     ' bot: https://example.com/a.jpg **** **** **** 1111
