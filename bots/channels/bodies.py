"""What is sent from outside, read as a model: what is wrong with it is told by its field, and as what it should be."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.texts import storable
from tasktalk.interpreter.errors import nearest

M = TypeVar("M", bound=BaseModel)
Id: TypeAlias = Annotated[StrictStr, Field(min_length=1, max_length=200), AfterValidator(storable)]

_EXPECTED: Final[Mapping[str, str]] = {"list_type": "a list", "int_type": "a whole number"}


def read_as(model: type[M], value: object) -> M:
    """The value as the model. Raises Problem `invalid_request`, in one sentence."""
    if not isinstance(value, dict):
        raise Problem("invalid_request", "expected a JSON object")
    fields = model.model_fields
    for name in value.keys() - fields.keys():
        absent = [each for each in fields if each not in value]
        if (meant := _meant(name, absent)) is not None:  # without its id, say, a message would be heard twice
            raise Problem("invalid_request", f"There is no field {name}; did you mean {meant}?")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Problem("invalid_request", explained(error)) from None


def explained(error: ValidationError) -> str:
    """The first mistake."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    limits: Mapping[str, Any] = first.get("ctx", {})
    match first["type"]:
        case "missing":
            return f"{field} is missing"
        case "string_too_long":
            return f"expected {field} to have at most {limits['max_length']:,} characters"
        case "string_too_short" if limits["min_length"] > 1:
            return f"expected {field} to have at least {limits['min_length']:,} characters"
        case "string_too_short":
            return f"expected {field} not to be empty"
        case "too_long":
            return f"expected {field} to have at most {limits['max_length']:,} entries"
        case "greater_than_equal":
            return f"expected {field} to be at least {limits['ge']:,}"
        case "less_than_equal":
            return f"expected {field} to be at most {limits['le']:,}"
        case "literal_error":
            return f"expected {field} to be {limits['expected']}"
        case "value_error":
            return f"{field} has {limits['error']} in it"
        case "string_unicode":
            return f"{field} is not Unicode"
        case "expected":
            return first["msg"]
        case kind:
            return f"expected {field} to be {_EXPECTED.get(kind, 'a text')}"


def demand_something(text: str, files: Sequence[object]) -> None:
    """For a model's validator: raises PydanticCustomError for a message that has neither words nor files."""
    if not text and not files:
        raise PydanticCustomError("expected", "expected text not to be empty, or files to have at least one")


def _meant(name: str, absent: Sequence[str]) -> str | None:
    """The field that is not there and was probably meant by another name."""
    plain = name.lower().replace("-", "_")
    if plain in absent:
        return plain
    near = nearest(plain, absent)
    return None if near is None or plain in near.split("_") else near
