"""People in tests: a phone that texts, and a browser without JavaScript that keeps cookies."""

import re

import requests

from tests.e2e.house import House

PATIENCE_S = 90.0
HIDDEN = re.compile(r'<input type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"')
CODE = re.compile(r"编号 ([0-9A-Z]{8})")
# Not the "1 00" of "12-11 00:00".
ASKED = re.compile(r"回 1 (\d\d)")
DIGITS = re.compile(r"验证码 (\d{6})")


class Phone:
    """A phone: its texts come in signed; texts to it are read from the fake provider."""

    def __init__(self, house: House, number: str) -> None:
        self.house, self.number = house, number
        self.read = 0

    def text(self, body: str, *, sid: str | None = None) -> None:
        """Texts the service."""
        reply = self.house.twilio.text(self.number, body, sid=sid)
        assert reply.status == 200, reply

    def inbox(self) -> list[str]:
        """All texts that it got."""
        return self.house.twilio.inbox(self.number)

    def gets(self, words: str, seconds: float = PATIENCE_S) -> str:
        """Waits for a new text that contains these words, and returns it."""
        found: list[str] = []

        def came() -> bool:
            for at, body in enumerate(self.inbox()[self.read :], start=self.read):
                if words in body:
                    self.read = at + 1
                    found.append(body)
                    return True
            return False

        assert self.house.twilio.wait_for(came, seconds), (words, self.inbox())
        return found[0]

    def gets_code(self, words: str) -> str:
        """Waits for a text with an order's code, and returns the code."""
        found = CODE.search(self.gets(words))
        assert found is not None
        return found[1]

    def gets_log_in_code(self) -> str:
        """Waits for the six digits, and returns them."""
        found = DIGITS.search(self.gets("验证码"))
        assert found is not None
        return found[1]

    def is_asked(self) -> str:
        """Waits for an ask, and returns the number for the answer."""
        found = ASKED.search(self.gets("能去请回"))
        assert found is not None
        return found[1]

    def is_asked_about_duty(self, words: str) -> str:
        """Waits for a duty ask, and returns the number for the answer."""
        found = ASKED.search(self.gets(words))
        assert found is not None
        return found[1]

    def says_here(self) -> None:
        """Waits for the question at the start of duty, and says yes."""
        self.text(f"1 {self.is_asked_about_duty('您的值班开始了')}")
        self.gets("已经记下了")


class Visitor:
    """Somebody with a browser: submits forms as the page has them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "zh-CN"

    def see(self, path: str) -> str:
        """Opens a page."""
        answer = self.session.get(self.house.url + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, page: str, path: str, **fields: str) -> requests.Response:
        """Submits the form on `page` whose target is `path`."""
        form = page[page.index(f'action="{path}"') :]
        hidden = dict(HIDDEN.findall(form[: form.index("</form>")]))
        return self.session.post(self.house.url + path, data={**hidden, **fields}, timeout=30)

    def fill(self, path: str, **fields: str) -> requests.Response:
        """Fills in the form of a page whose target is the page itself."""
        page = self.see(path)
        main = page[page.index("<main") :]
        hidden = dict(HIDDEN.findall(main[: main.index("</main>")]))
        sent = self.session.post(self.house.url + path, data={**hidden, **fields}, timeout=30)
        assert sent.status_code == 200, (path, sent.status_code)
        return sent

    def log_in(self, phone: Phone) -> None:
        """Logs in with the code that the phone gets."""
        page = self.see("/login")
        sent = self.send(page, "/login", phone=phone.number)
        answer = self.send(sent.text, "/login/code", code=phone.gets_log_in_code())
        assert answer.status_code == 200 and "/login" not in answer.url
