' javascript: is no web address.
HEAR x AS URL
TALK x
' user: javascript:alert(1)
' bot: Please answer with a web address, such as https://example.com.
' user: http://example.com
' bot: http://example.com
