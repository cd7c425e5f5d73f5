"""Words that authors bring along from other languages, and keywords of General Bots that nobody has here yet.

Data alone: what is said of a command that no host declared (`Keywords.unknown`), and of a function that is not there.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

NOT_YET = "the script runs until it reaches this, and then fails; TRY can catch that"

# keyword here, what to write, and the words that other languages have for it
_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "TALK",
        'to say something write TALK "…"',
        "SAY|ECHO|WRITE|WRITELN|DISPLAY|SHOW|OUTPUT|SPEAK|REPLY|PRINTLN|PRINTF|MSGBOX",
    ),
    (
        "HEAR",
        'to ask write HEAR name AS TEXT WITH "…"',
        "ASK|INPUT|PROMPT|READLN|READLINE|LISTEN|GETS|LINE INPUT|INPUTBOX",
    ),
    ("WAIT", "to let time pass write WAIT 5 SECONDS", "SLEEP|PAUSE|DELAY"),
    ("PRINT", "write PRINT FORMAT(value, pattern)", "PRINT USING"),
    ("PRINT", "PRINT writes to the log", "CONSOLE|DEBUG|TRACE"),
    ("DIM", "to make a variable write LET x = 5, or only x = 5", "VAR|GLOBAL|PUBLIC|PRIVATE|STATIC|MY"),
    ("END", "to end the script write END", "QUIT|HALT|BYE|EXIT PROGRAM|TERMINATE"),
    ("SUB", "write SUB name(a) … END SUB, or FUNCTION name(a) … END FUNCTION", "DEF|PROCEDURE|PROC|DEFINE|FUNC"),
    ("WHILE", "write WHILE condition … WEND, or DO … LOOP UNTIL condition", "REPEAT"),
    ("THROW", 'to raise an error write THROW "…"', "RAISE"),
    ("DIM", "a whole number of a text is INT(VAL(text)), any number VAL(text)", "PARSEINT|PARSEFLOAT"),
    ("DIM", "an array has the places from 0 to its size: leave this out", "OPTION BASE"),
    ("PRINT", "a chat has no screen: leave this out", "WIDTH|LOCATE|SCREEN|BEEP"),
    ("HEAR", 'write SET BOT MEMORY "key", value, or SET USER MEMORY "key", value', "SET"),
    ("CALL", 'to run another script write CALL "other.bas"', "INCLUDE|IMPORT|CHAIN|REQUIRE"),
)
INSTEAD: Mapping[str, tuple[str, str]] = {
    word: (keyword, hint) for keyword, hint, words in _TABLE for word in words.split("|")
}

VALUES: Mapping[str, str] = {
    "INKEY$": "to let somebody answer write HEAR answer",
    "TIME$": 'write FORMAT(NOW(), "HH:mm:ss")',
    "DATE$": 'write FORMAT(NOW(), "YYYY-MM-DD")',
    "ERL": "write ERR.line",
}
"""What to write for the names of other languages' values, which are variables that nobody sets here."""

_MISSING = (
    "ACTIVATE|ADD BOT|ADD KB|ADD MCP|ADD MEMBER|ADD TOOL|ADD WEBSITE|AGGREGATE|ANALYZE|APPEND|AUTO SAVE|BOOK|CARD|"
    "CLEAR KB|CLEAR TOOLS|CLEAR WEBSITES|COMPRESS|COPY|CREATE DEAL|CREATE DRAFT|CREATE EVENT|"
    "CREATE FOLDER|CREATE INDEX|CREATE LEAD|CREATE MEETING|CREATE SITE|DELEGATE|DELETE FILE|DELETE FROM|"
    "DOWNLOAD|EXTRACT|FILL|FIND|GENERATE PDF|GET SESSION|GRAPHQL|GROUP BY|HANDOFF|INSERT|INSERT INTO|"
    "INSTAGRAM|LIST|LLM|MERGE|MERGE PDF|MOVE|NEW UUID|OCR|PIVOT|POST TO|PUBLISH|QR CODE|REMOVE BOT|"
    "RUN|SAVE|SAVE FROM UNSTRUCTURED|SCORE LEAD|SEE CAPTION|SEND EMAIL|SEND MAIL|SEND SMS|SEND TEMPLATE|SEND TO|"
    "SET LEAD SCORE|SET MODEL|SET STATUS|SOAP|SPEECH TO TEXT|SYNCHRONIZE|TRANSLATE|TRIGGER|UPDATE|"
    "UPDATE LEAD SCORE|UPLOAD|USE ACCOUNT|USE KB|USE MODEL|USE TOOL|USE WEBSITE|WAIT FOR EVENT|WEATHER|WRITE FILE"
)
GENERAL_BOTS = frozenset(_MISSING.split("|"))


class Known(NamedTuple):
    """What is known of a word that no host declared."""

    message: str | None
    hint: str


def known(phrase: str, here: Collection[str]) -> Known | None:
    """What is known of a command, by its longest known beginning; `here` are the keywords that there are."""
    words = phrase.upper().split()
    for count in range(len(words), 0, -1):
        start = " ".join(words[:count])
        keyword, hint = INSTEAD.get(start, ("", ""))
        if keyword in here:
            return Known(None, hint)
        if start in GENERAL_BOTS:
            hint = f"no mail is sent: {NOT_YET}" if start == "SEND MAIL" else NOT_YET
            return Known(f"{start} is a keyword of General Bots that TaskTalk does not have yet", hint)
    return None
