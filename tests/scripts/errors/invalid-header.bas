SET HEADER "Host", "example.com"            ' error: invalid-header
