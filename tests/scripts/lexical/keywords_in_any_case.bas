talk "small"          ' bot: small
Talk "Mixed"          ' bot: Mixed
iF 1 = 1 tHeN tALK "odd"     ' bot: odd
