"""Why another server cannot be asked, in words that go on after its name and a colon."""

import socket
import ssl

import aiohttp


def cause_of(error: Exception) -> str:
    """The reason, without any address and without what only programmers read."""
    match error:
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "nobody knows a server of this name"
        case aiohttp.ClientSSLError() | ssl.SSLCertVerificationError():
            return "its certificate is not right"
        case ssl.SSLError():
            return "TLS with it does not come about"
        case TimeoutError():
            return "it does not answer"
        case aiohttp.ServerDisconnectedError() | ConnectionResetError() | BrokenPipeError():
            return "its answer cannot be read, or breaks off"
        case aiohttp.ClientConnectorError() | ConnectionRefusedError():
            return "there is no connection to it"
        case aiohttp.InvalidURL() | ValueError():
            return "its address is none"
        case OSError() if error.errno is not None:
            return "there is no connection to it"
    return "its answer cannot be read, or breaks off"
