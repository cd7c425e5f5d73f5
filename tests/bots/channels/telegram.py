"""Telegram's side."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, Call, Given, Sent, Side
from tests.bots.channels.vendor.bot_api import mistakes

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
FILE_ID = "AgACAgIAAxkBAAIBVGQ_photo-id"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
PERSON = {"id": 4711, "is_bot": False, "first_name": "Ana", "last_name": "Silva"}
CHAT = {"id": 4711, "type": "private", "first_name": "Ana"}


class Telegram(Side):
    kind = "telegram"
    secrets: ClassVar[Mapping[str, str]] = {"TELEGRAM_TOKEN": TOKEN}
    usual: ClassVar[Any] = {"ok": True, "result": {"message_id": 1}}
    has_time = False

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {"token": {"env": "TELEGRAM_TOKEN"}, "api": provider}

    def update(self, number: int, **what: Any) -> Call:
        """An update as Telegram signs it."""
        secret = hmac.new(TOKEN.encode(), b"tasktalk webhook", hashlib.sha256).hexdigest()
        return Call(json.dumps({"update_id": number, **what}).encode(), {HEADER: secret})

    def message(self, text: str, number: int, now: datetime) -> Call:
        return self.update(number, message=self._message(text, now))

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        message = self._message("", now)
        del message["text"]
        told = {"file_id": FILE_ID, "file_unique_id": "u", "file_size": len(given.data)}
        if given.mime_type == "image/jpeg":
            message["photo"] = [{**told, "file_id": "small", "width": 90}, {**told, "width": 800}]
        elif given.mime_type == "audio/ogg":
            message["voice"] = {**told, "duration": 2, "mime_type": "audio/ogg"}
        else:
            message["document"] = {**told, "file_name": given.name, "mime_type": given.mime_type}
        return self.update(number, message={**message, **({"caption": text} if text else {})})

    def holds(self, given: Given) -> Mapping[str, Answer]:
        found = {"ok": True, "result": {"file_id": FILE_ID, "file_path": "photos/file 0.jpg"}}
        return {
            f"/bot{TOKEN}/getFile": (200, {}, found),
            f"/file/bot{TOKEN}/photos/file 0.jpg": (200, {"Content-Type": "application/octet-stream"}, given.data),
        }

    def lost(self, given: Given) -> Mapping[str, Answer]:
        why = "Bad Request: wrong file_id or the file is temporarily unavailable"
        return {f"/bot{TOKEN}/getFile": (400, {}, {"ok": False, "error_code": 400, "description": why})}

    def may_have(self, asked: Sequence[Told]) -> None:
        assert asked[0].json == {"file_id": FILE_ID}

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        buttons = [button for row in sent.json["reply_markup"]["inline_keyboard"] for button in row]
        [data] = [button["callback_data"] for button in buttons if button["text"] == label]
        query = {"id": "77", "from": PERSON, "message": self._message("", now), "data": data}
        return self.update(number, callback_query=query)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        edited = {**self._message("edited", now), "edit_date": int(now.timestamp())}
        joined = {"message_id": 9, "date": 0, "chat": CHAT, "from": PERSON, "new_chat_title": "Us"}
        return [
            self.update(9001, edited_message=edited),
            self.update(9002, message=joined),
            self.update(9003, something_of_next_year={"id": 1}),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        message = self._message("x", now)
        return [
            self.update(9201, message={**message, "chat": {"id": int("9" * 4000)}}),
            self.update(9202, message={**message, "document": {"file_id": "\ud800"}}),
            self.update(int("9" * 4000), message=message),
            self.update(9203, message=message, x=NAN),
        ]

    def broken(self, now: datetime) -> Sequence[Call]:
        message = self._message("x", now)
        return [
            self.update(9101, message=[]),
            self.update(9102, message={**message, "chat": {"id": "x"}}),
            self.update(9103, message={**message, "text": 12}),
            self.update(9104, message={**message, "chat": None}),
            self.update(9105, callback_query={"id": 5, "data": 5, "message": 5}),
        ]

    def signed(self, value: Any, now: datetime) -> Call:
        return Call(json.dumps(value).encode(), self.update(0).headers)

    def forged(self, call: Call) -> Sequence[Call]:
        return [Call(call.body), Call(call.body, {HEADER: "0" * 64}), Call(call.body, {HEADER: TOKEN})]

    def is_typing(self, told: Told) -> bool:
        if told.path != f"/bot{TOKEN}/sendChatAction":
            return False
        assert told.json == {"chat_id": int(self.contact), "action": "typing"}
        return True

    def sent(self, told: Told) -> Sent:
        assert told.path.startswith(f"/bot{TOKEN}/")
        body, method = told.json, told.path.rpartition("/")[2]
        assert mistakes(method, body) == []
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button["text"] for row in rows for button in row]
        file = {"sendPhoto": "photo", "sendDocument": "document"}.get(method)
        text = body["caption"] if file else body["text"]
        assert len(text.encode("utf-16-le")) // 2 <= (1024 if file else 4096)
        assert all(1 <= len(button["callback_data"].encode()) <= 64 for row in rows for button in row)
        return Sent(str(body["chat_id"]), text, buttons, body[file] if file else None)

    def later(self, seconds: int) -> Answer:
        said = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
        return 429, {}, {**said, "parameters": {"retry_after": seconds}}

    def _message(self, text: str, now: datetime) -> dict[str, Any]:
        return {"message_id": 5, "from": PERSON, "chat": CHAT, "date": int(now.timestamp()), "text": text}
