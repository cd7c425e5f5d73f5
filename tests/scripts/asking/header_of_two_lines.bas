SET HEADER "X-One", "a\r\nX-Two: b"         ' error: invalid-header
