"""Texts from outside, as every database can keep them."""


def storable(text: str) -> str:
    """The text itself; ValueError, with what is in it, for one that not every database takes."""
    if "\0" in text:
        raise ValueError("a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a character") from None
    return text


def fitting(text: str) -> str:
    """The text as every database can keep it."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
