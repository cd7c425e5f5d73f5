"""The side of Microsoft Teams: Azure Bot Service with keys of its own, published by the fake provider."""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, NO_IDS, Call, Given, Sent, Side

APP, SECRET, TENANT = "0b3b1a5e-61f5-4b9a-9d2c-3f0d7d2b1c11", "Xy8~Q.secret-of-the-app", "caafef10-9d12-4668-a0d6-268b"
ACCESS = "eyJhbGciOi.the-bots-token"
ISSUER, BOT, CHAT = "https://api.botframework.com", f"28:{APP}", "a:1ktMfOkUqtyhd4ub9GhZwaOdqp"
FILE = "/v3/attachments/0-eus-d1/views/original"
METADATA, KEYS, LOGIN = "/v1/.well-known/openidconfiguration", "/v1/.well-known/keys", f"/{TENANT}/oauth2/v2.0/token"


def _made() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = _made()
_OTHER_CHANNELS, _OTHER = _made(), _made()


def published(key: rsa.RSAPrivateKey, key_id: str, **more: Any) -> dict[str, Any]:
    """A key as Microsoft publishes it."""
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "use": "sig", **more}


PUBLISHED: Final = [
    published(KEY, "one", endorsements=["msteams", "webchat"]),
    published(_OTHER_CHANNELS, "two", endorsements=["webchat"]),
    published(_OTHER, "three"),
]


class Teams(Side):
    kind = "teams"
    shows_from_elsewhere = True
    begins: ClassVar[Any] = {"id": CHAT}
    contact = "29:1JiEH1nLmzqH5YT7Do_1KRCs7ISDxUmVVKPbIzwM1pc884Q"
    usual: ClassVar[Any] = {"id": "1612345678901"}
    secrets: ClassVar[Mapping[str, str]] = {"TEAMS_SECRET": SECRET}
    service = "https://smba.trafficmanager.net/amer/"

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address, secret = provider, {"env": "TEAMS_SECRET"}
        places = {"login": provider, "keys": provider, "service": provider}
        return {"app_id": APP, "app_secret": secret, "tenant_id": TENANT, **places}

    def beside(self, provider: str) -> Mapping[str, Any]:
        return {
            METADATA: {"issuer": ISSUER, "jwks_uri": f"{provider}{KEYS}"},
            KEYS: {"keys": PUBLISHED},
            LOGIN: {"token_type": "Bearer", "expires_in": 3599, "access_token": ACCESS},
        }

    def token(
        self, now: datetime, key: Any = KEY, key_id: str | None = "one", algorithm: str = "RS256", **claims: Any
    ) -> str:
        """A token of Azure Bot Service that is good for a moment; the clock may differ by five minutes."""
        at = int(now.timestamp())
        said = {"serviceurl": self.service, "nbf": at, "exp": at, "iss": ISSUER, "aud": APP, **claims}
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)

    def call(self, body: Any, now: datetime) -> Call:
        """A call as Azure Bot Service makes it."""
        return Call(json.dumps(body).encode(), {"Authorization": f"Bearer {self.token(now)}"})

    def activity(self, number: int, kind: str = "message", *, sender: Any = None, **what: Any) -> dict[str, Any]:
        """An activity in a chat of the contact with the bot."""
        person = {"id": self.contact, "name": "Ana Silva", "aadObjectId": "af24b8a2-cfe8-453a-a9b4-4a917b1534ae"}
        return {
            "type": kind,
            "id": str(1485983408511 + number),
            "channelId": "msteams",
            "serviceUrl": self.service,
            "from": sender or person,
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": CHAT},
            "recipient": {"id": BOT, "name": "Helper"},
            "channelData": {"tenant": {"id": TENANT}},
            **what,
        }

    def message(self, text: str, number: int, now: datetime) -> Call:
        html = {"contentType": "text/html", "content": "<p>What they wrote</p>"}
        return self.call(self.activity(number, text=text, textFormat="plain", attachments=[html]), now)

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        attachment = {"contentType": given.mime_type, "contentUrl": f"{self.address}{FILE}", "name": given.name}
        html = {"contentType": "text/html", "content": "<p>What they wrote</p>"}
        said = {"text": text} if text else {}
        return self.call(self.activity(number, attachments=[html, attachment], **said), now)

    def holds(self, given: Given) -> Mapping[str, Answer]:
        return {FILE: (200, {"Content-Type": given.mime_type}, given.data)}

    def lost(self, given: Given) -> Mapping[str, Answer]:
        return {FILE: (404, {}, {"error": {"code": "NotFound"}})}

    def may_have(self, asked: Sequence[Told]) -> None:
        assert [(each.path, each.headers["Authorization"]) for each in asked] == [(FILE, f"Bearer {ACCESS}")]

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        actions = _card(sent.json)["actions"]
        [data] = [action["data"]["msteams"] for action in actions if action["title"] == label]
        assert (data["type"], bool(data["displayText"])) == ("messageBack", True)
        return self.call(self.activity(number, text=data["text"], value=data["value"], replyToId="1"), now)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        person = {"id": self.contact}
        return [
            self.call(self.activity(9001, "conversationUpdate", membersAdded=[person, {"id": BOT}]), now),
            self.call(self.activity(9002, "messageUpdate", text="x", channelData={"eventType": "editMessage"}), now),
            self.call(self.activity(9003, "messageReaction", reactionsAdded=[{"type": "like"}]), now),
            self.call(self.activity(9004, "messageDelete"), now),
            self.call(self.activity(9005, "installationUpdate", action="add"), now),
            self.call(self.activity(9006, "typing"), now),
            self.call(self.activity(9007, "invoke", name="adaptiveCard/action", value={"action": {}}), now),
            self.call(self.activity(9008, "invoke", name="task/fetch", value={}), now),
            self.call(self.activity(9009, value={"of": "a card that is not the bot's"}), now),
            self.call(self.activity(9010, text="x", sender={"id": BOT, "role": "bot"}), now),
            self.call(self.activity(9011, "something_of_next_year"), now),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        return [
            *(self.call(self.activity(9201, text="x", sender={"id": each}), now) for each in NO_IDS),
            *(self.call({**self.activity(9202, text="x"), "id": each}, now) for each in NO_IDS),
            self.call(self.activity(9203, text="x", x=NAN), now),
        ]

    def broken(self, now: datetime) -> Sequence[Call]:
        return [
            self.call(self.activity(9101, text=5), now),
            self.call(self.activity(9102, text="x", conversation=[]), now),
            self.call(self.activity(9103, text="x", sender=5), now),
            self.call({**self.activity(9104, text="x"), "id": 5}, now),
            self.call(self.activity(9105, text="x", serviceUrl=5), now),
            self.call(self.activity(9106, value={"said": 5}), now),
            self.call([], now),
        ]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call(value, now)

    def forged(self, call: Call) -> Sequence[Call]:
        activity = json.loads(call.body)
        at = jwt.decode(call.headers["Authorization"][7:], options={"verify_signature": False})["nbf"]
        now = datetime.fromtimestamp(at).astimezone()
        right = self.token(now)
        tokens = [
            self.token(now, _OTHER),
            self.token(now, _OTHER, "nobodys"),
            self.token(now, key_id=None),
            self.token(now, None, algorithm="none"),
            _signed_with_the_public_key(right),
            self.token(now, algorithm="RS512"),
            self.token(now, aud="11111111-61f5-4b9a-9d2c-3f0d7d2b1c11"),
            self.token(now, iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
            self.token(now, exp=at - 301),
            self.token(now, nbf=at + 301),
            self.token(now, exp=None),
            self.token(now, nbf=None),
            self.token(now, exp="soon"),
            self.token(now, serviceurl="https://smba.example.com/"),
            self.token(now, serviceurl=None),
            self.token(now, _OTHER_CHANNELS, "two"),
            self.token(now, _OTHER, "three"),
            right[:-4] + "AAAA",
            right.rpartition(".")[0] + ".",
            "x",
        ]
        return [
            Call(call.body),
            Call(call.body, {"Authorization": f"Basic {right}"}),
            *(Call(call.body, {"Authorization": f"Bearer {token}"}) for token in tokens),
            Call(json.dumps({**activity, "serviceUrl": "https://smba.example.com/"}).encode(), call.headers),
            Call(json.dumps({**activity, "channelId": "webchat"}).encode(), call.headers),
        ]

    def is_typing(self, told: Told) -> bool:
        if told.json.get("type") != "typing":
            return False
        assert told.headers["Authorization"] == f"Bearer {ACCESS}"
        assert unquote(told.path) == f"/v3/conversations/{CHAT}/activities"
        return True

    def is_beginning(self, told: Told) -> bool:
        return told.path == "/v3/conversations" and told.json["members"] == [{"id": self.contact}]

    def sent(self, told: Told) -> Sent:
        assert told.headers["Authorization"] == f"Bearer {ACCESS}"
        assert unquote(told.path) == f"/v3/conversations/{CHAT}/activities"
        assert len(told.body) < 28 * 1024
        body = told.json
        assert (body["type"], body["textFormat"], body["from"]) == ("message", "plain", {"id": BOT})
        images = [each["contentUrl"] for each in body.get("attachments", ()) if each["contentType"] == "image/jpeg"]
        card = _card(body)
        if card is not None:
            runs = [[run["text"] for run in block["inlines"]] for block in card["body"]]
            assert 1 <= len(card["actions"]) <= 6
            return Sent(self.contact, "\n".join("".join(run) for run in runs), [a["title"] for a in card["actions"]])
        lines = body["text"].split("\n")
        numbered = [line for line in lines if line.partition(". ")[0].isdigit()]
        text = "\n".join(line for line in lines if line not in numbered)
        link = next((word for word in text.split() if word.startswith("https://")), None)
        return Sent(self.contact, text, [line.partition(". ")[2] for line in numbered], (images or [link])[0])


def _signed_with_the_public_key(token: str) -> str:
    """A token whose signature is a digest of what everybody knows; no library makes one."""
    said = token.split(".")[1]
    head = _in_base64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "one"}).encode())
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{head}.{said}.{_in_base64(hmac.digest(public, f'{head}.{said}'.encode(), 'sha256'))}"


def _in_base64(found: bytes) -> str:
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def _card(body: Mapping[str, Any]) -> Any:
    cards = [each for each in body.get("attachments", ()) if each["contentType"].startswith("application/vnd")]
    return cards[0]["content"] if cards else None
