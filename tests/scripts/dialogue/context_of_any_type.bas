' What is noted comes back as what it was.
SET CONTEXT "cart", ["fig", "lime"]
cart = GET "session.cart"
TALK cart[1], " ", GET("session.none") IS NULL     ' bot: lime true
