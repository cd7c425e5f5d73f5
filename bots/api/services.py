"""What the doors need of a running TaskTalk: handed to them when they are built, never looked up."""

from dataclasses import dataclass, field

from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.sent_files import SentFiles
from tasktalk.bots.dialects.settings import DialectSettings
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.ports import Hooks
from tasktalk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """One store, one engine and what belongs to them."""

    database: Database
    clock: Clock
    engine: Engine
    bots: Bots
    accounts: Accounts
    rates: Rates = field(default_factory=Rates)
    files: FileStore | None = None
    """Where the bytes of attachments are; without it nothing can be attached."""
    hooks: Hooks | None = None
    dialects: DialectSettings = field(default_factory=DialectSettings)
    channels: Channels | None = None
    sent_files: SentFiles | None = None
    """The files that people sent."""
    is_on_loopback: bool = False
    """Whether nobody but this machine's own users reaches what is served."""

    @property
    def public_url(self) -> str | None:
        """Where the world reaches the server, if tasktalk.toml says so by now."""
        return None if self.channels is None else self.channels.public_url
