"""What HEAR makes of an answer: an entry for each kind of answer, with what it expects and how it is read.

It knows no conversation: HEAR asks, refuses and counts; here a text becomes a value or it does not. The libraries that
read phones, dates and their kin are imported by the first answer that needs them.
"""

from tasktalk.runtime.answers import contacts, dates, documents, numbers, texts
from tasktalk.runtime.answers.kind import Kind
from tasktalk.runtime.answers.menu import Menu

__all__ = ["KINDS", "Kind", "Menu"]

KINDS: dict[str, Kind] = {**texts.KINDS, **numbers.KINDS, **dates.KINDS, **contacts.KINDS, **documents.KINDS}
