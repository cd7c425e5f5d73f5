"""What the person who hosts decides about all conversations and requests, beside the limits of scripts."""

from collections.abc import Collection
from dataclasses import dataclass, field

from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.retention import Keep


@dataclass(frozen=True, slots=True)
class Hosting:
    """The defaults are what everybody gets who says nothing. Of the server's own network scripts may ask
    `private_hosts` alone."""

    conduct: Conduct = field(default_factory=Conduct)
    keep: Keep = field(default_factory=Keep)
    private_hosts: Collection[str] = ()
    rates: Rates = field(default_factory=Rates)
