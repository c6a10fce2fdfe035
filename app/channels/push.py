"""Web Push (RFC 8030): encrypted for one browser, signed with the installation's key, and posted
to the push service that the browser named, if that is a known one.

A push service confirms only that it accepted a message, never that a phone showed it, and cannot
be queried. So a message with an unknown outcome is sent again: the same topic replaces one that is
still waiting there, and the phone shows a message with the same id once.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from typing import Any

import requests
from http_ece import ECEException
from py_vapid import Vapid02, VapidException
from pywebpush import WebPushException, webpush
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException

from app.channels.http_outcomes import judge_status, nothing_written, told_wait
from app.channels.ports import Outcome, Outgoing
from app.core.push_keys import private_key
from app.notifications.outcomes import OutcomeKind as Kind
from app.notifications.push_hosts import is_push_service

# Seconds to connect and to answer: a service that is blocked must not delay the others.
TIMEOUT_S = (4.0, 6.0)
TOPIC_CHARS = 32
NO_MORE = (404, 410)
BUSY = (429, 503)


class _Wire(requests.Session):
    """Opens a new connection for each push and never follows a redirect."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Sends the request without following redirects."""
        return super().request(*args, **{**kwargs, "allow_redirects": False})


class PushChannel:
    """Sends pushes. `Outgoing.to` is the browser's subscription as JSON: endpoint and keys."""

    def __init__(
        self,
        *,
        key: bytes,
        contact: str,
        hosts: Collection[str],
        timeout_s: tuple[float, float] = TIMEOUT_S,
    ) -> None:
        self.vapid = Vapid02(private_key=private_key(key))
        self.contact, self.hosts, self.timeout_s = contact, hosts, timeout_s

    def send(self, outgoing: Outgoing) -> Outcome:
        """Posts one push."""
        device = json.loads(outgoing.to)
        if not is_push_service(device["endpoint"], self.hosts):
            return Outcome(Kind.REFUSED, code="bad_host")
        try:
            self._post(device, outgoing)
        except WebPushException as error:
            return _refused(error)
        except NoConnection as error:
            return Outcome(
                Kind.RETRY if nothing_written(error) else Kind.UNKNOWN, code="connection"
            )
        except RequestException:
            return Outcome(Kind.UNKNOWN, code="timeout")
        except VapidException:
            # For example a bad contact address, which the operator can correct.
            return Outcome(Kind.OUR_FAULT, code="not_signed")
        except (ECEException, ValueError):
            return Outcome(Kind.REFUSED, code="bad_keys")
        return Outcome(Kind.ACCEPTED)

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """A push service cannot be queried; a push with an unknown outcome is sent again."""
        return Outcome(Kind.RETRY, code="not_askable")

    def _post(self, device: dict[str, Any], outgoing: Outgoing) -> None:
        with _Wire() as wire:
            webpush(
                device,
                data=_payload(outgoing),
                vapid_private_key=self.vapid,
                vapid_claims={"sub": self.contact},
                ttl=outgoing.lives_s,
                headers={
                    "Urgency": "high" if outgoing.urgent else "normal",
                    "Topic": _topic(device["endpoint"], outgoing.tag),
                },
                timeout=self.timeout_s,
                requests_session=wire,
            )


def _payload(outgoing: Outgoing) -> str:
    """The JSON that the service worker in the browser reads."""
    told = {
        "id": outgoing.key,
        "title": outgoing.subject,
        "body": outgoing.body,
        "link": outgoing.link,
        "tag": outgoing.tag,
        "lang": outgoing.language,
        "rings": outgoing.rings,
    }
    return json.dumps(told, ensure_ascii=False)


def _topic(endpoint: str, tag: str) -> str:
    """A hash, so that the push service learns only that two pushes are about the same thing."""
    digest = hashlib.sha256(f"{endpoint}\0{tag}".encode()).digest()
    return urlsafe_b64encode(digest).decode()[:TOPIC_CHARS]


def _refused(error: WebPushException) -> Outcome:
    status = error.status_code
    if status is None:
        # It was never sent: the subscription's keys are not valid.
        return Outcome(Kind.REFUSED, code="bad_keys")
    if status in NO_MORE:
        return Outcome(Kind.GONE, code="gone")
    kind = judge_status(status)
    wait_s = told_wait(error.response.headers) if status in BUSY else None
    return Outcome(kind, code=str(status), retry_after_s=wait_s)
