CALL "https://example.com/order.bas"
