"""What the person who hosts decides about all conversations, beside the limits of scripts."""

from collections.abc import Collection
from dataclasses import dataclass, field

from tasktalk.bots.outside.mail import Smtp
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.retention import Keep


@dataclass(frozen=True, slots=True)
class Hosting:
    """The defaults are what everybody gets who says nothing. Of the server's own network scripts may ask
    `private_hosts` alone. `traces` is the collector's address that is told of each turn. Without `smtp` nobody is told
    anything by e-mail."""

    conduct: Conduct = field(default_factory=Conduct)
    keep: Keep = field(default_factory=Keep)
    private_hosts: Collection[str] = ()
    traces: str | None = None
    smtp: Smtp | None = None

    @property
    def secrets(self) -> Collection[str]:
        """What no log may show."""
        return [self.smtp.password] if self.smtp and self.smtp.password else []
