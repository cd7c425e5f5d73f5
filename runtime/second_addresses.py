"""Contacts whom a channel knows by two addresses, such as Meta's id and a phone number: they are one."""

from tasktalk.runtime.ports import Inbound
from tasktalk.storage import conversations
from tasktalk.storage.reading import Reader
from tasktalk.storage.writes import Row, WriteSet


async def sender(reader: Reader, inbound: Inbound, writes: WriteSet) -> Row | None:
    """Whose message it is, as `conversations.of_contact` has them; None for somebody new.

    Adds what they are known by from now on. A second address is taken from whoever had it before; somebody who was
    written to there, or who opted out there, is the same person.
    """
    bot, channel, address, also = inbound.bot, inbound.channel, inbound.contact, inbound.also
    found = await conversations.of_contact(reader, bot, channel, address)
    if also is None or (found is not None and found["second_address"] == also):
        return found
    sharing = await conversations.sharing(reader, channel, also)
    holders = [row for row in sharing if row["second_address"] == also]
    if also == address:  # they are told by this one alone
        return await conversations.of_contact(reader, bot, channel, holders[0]["address"]) if holders else found
    for row in holders:
        writes.update("contact", {"id": row["id"], "second_address": also}, {"second_address": None})
    there = next((row for row in sharing if row["address"] == also), None)
    if found is not None:
        change = {"second_address": also}
        if there is not None and there["opted_out_at"] is not None:
            change["opted_out_at"] = there["opted_out_at"]
        writes.update("contact", {"id": found["contact_id"]}, change)
    elif there is not None:
        key = {"id": there["id"], "address": also}
        writes.update("contact", key, {"address": address, "second_address": also})
        found = await conversations.of_contact(reader, bot, channel, also)
    return found
