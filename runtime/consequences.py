"""All that follows from events beside the handlers of scripts, in the order in which it is made."""

from collections.abc import Sequence

from tasktalk.runtime.bots import Bots
from tasktalk.runtime.followers import Follower
from tasktalk.runtime.staffing import Summoning
from tasktalk.runtime.tasks.acting import Acting
from tasktalk.runtime.tasks.hook_forms import Form
from tasktalk.runtime.tasks.notifications import Notifying
from tasktalk.runtime.tasks.watchers import Forgetting
from tasktalk.runtime.tasks.webhooks import Calling
from tasktalk.storage.database import Database


def followers(database: Database, bots: Bots, *, has_mail: bool, forms: Sequence[Form]) -> Sequence[Follower]:
    """The followers; `forms` are those in which interfaces have their webhooks told."""
    notifying = Notifying(database, has_mail=has_mail)
    return [
        Forgetting(),
        notifying,
        Summoning(database, notifying),
        Calling(database, forms),
        Acting(database, bots, notifying),
    ]
