"""What the person who hosts decides about all conversations and requests, beside the limits of scripts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasktalk.bots.dialects.settings import DialectSettings
from tasktalk.bots.outside.mail import Smtp
from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.files import DEFAULT_MOST_BYTES
from tasktalk.runtime.retention import Keep

if TYPE_CHECKING:
    from tasktalk.bots.channels.settings import Common


@dataclass(frozen=True, slots=True)
class Hosting:
    """The defaults are what everybody gets who says nothing. Of the server's own network scripts may ask
    `private_hosts` alone. `traces` is the collector's address that is told of each turn. Without `smtp` nobody is told
    anything by e-mail."""

    conduct: Conduct = field(default_factory=Conduct)
    keep: Keep = field(default_factory=Keep)
    private_hosts: Collection[str] = ()
    traces: str | None = None
    files: str | None = None
    """Where attachments are, a folder or s3://bucket/prefix; None is beside the database, if that is a file."""
    most_file_bytes: int = DEFAULT_MOST_BYTES
    rates: Rates = field(default_factory=Rates)
    dialects: DialectSettings = field(default_factory=DialectSettings)
    smtp: Smtp | None = None
    channels: Mapping[str, "Common"] = field(default_factory=dict)
    public_url: str | None = None
    """Where the world reaches the server, without a / at the end."""
    is_on_loopback: bool = False
    """Whether what is served is reached by this machine's own users alone."""

    @property
    def secrets(self) -> Collection[str]:
        """What no log may show."""
        return [self.smtp.password] if self.smtp and self.smtp.password else []
