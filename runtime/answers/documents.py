"""Numbers with check digits: Brazilian persons and companies, credit cards."""

import re
from datetime import datetime

from tasktalk.runtime.answers.kind import Kind

_LONGEST = 40


def _cpf(answer: str, now: datetime) -> str | None:
    from stdnum.br import cpf

    return str(cpf.format(answer)) if len(answer) <= _LONGEST and cpf.is_valid(answer) else None


def _cnpj(answer: str, now: datetime) -> str | None:
    from stdnum.br import cnpj

    return str(cnpj.format(answer)) if len(answer) <= _LONGEST and cnpj.is_valid(answer) else None


def _credit_card(answer: str, now: datetime) -> str | None:
    """The number with all but its last four digits left out: nothing of TaskTalk ever needs more."""
    from stdnum import luhn

    digits = re.sub(r"[ .-]", "", answer)
    if not re.fullmatch(r"\d{12,19}", digits, re.ASCII) or not luhn.is_valid(digits):
        return None
    return f"**** **** **** {digits[-4:]}"


_A_CARD = Kind("card", _credit_card, is_secret=True)

KINDS: dict[str, Kind] = {
    "CPF": Kind("cpf", _cpf),
    "CNPJ": Kind("cnpj", _cnpj),
    "CREDITCARD": _A_CARD,
    "CARD": _A_CARD,
}
