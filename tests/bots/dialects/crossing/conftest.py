"""A user of all interfaces at once."""

import pytest

from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.crossing.asking import Asking


@pytest.fixture
def asking(client: Client, api: Api) -> Asking:
    """The user user123, Ana, of the default organisation."""
    return Asking(client, api.token)
