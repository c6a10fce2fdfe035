"""What the terminal says once the product runs: its addresses, and how to log in."""

import os

import click

from app.core.db import db
from app.core.i18n import DEFAULT_LOCALE, N_, best_locale, translate
from app.usecases.texts.demo_phones import demo_people
from config import Config

ROLES = (
    ("volunteer", N_("志愿者")),
    ("coordinator", N_("调度员")),
    ("administrator", N_("管理员")),
)


def terminal_locale() -> str:
    """The language of the terminal, Chinese if it is none of ours."""
    told = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return best_locale(told.partition(".")[0]) or DEFAULT_LOCALE


def _say(msgid: str, /, **params: object) -> None:
    click.echo(translate(terminal_locale(), msgid, **params))


def welcome(config: Config) -> None:
    """Prints addresses, and how to log in as each role."""
    _say(N_("点单已启动"))
    _say(N_("  居民求助： %(url)s/"), url=config.public_url)
    _say(N_("  登录：     %(url)s/login"), url=config.public_url)
    people = one_of_each_role() if config.demo else {}
    if people:
        _say(N_("  试短信：   %(url)s/phones"), url=config.public_url)
    for role, name in ROLES:
        if role in people:
            shown = translate(terminal_locale(), name)
            _say(N_("  以%(role)s登录：手机号 %(phone)s"), role=shown, phone=people[role])
    if not config.providers:
        _say(N_("  没有配置短信，验证码和通知显示在这个窗口里"))
    _say(N_("  按 Ctrl-C 停止"))


def one_of_each_role() -> dict[str, str]:
    """One synthetic person's number for each role, without the country code."""
    found: dict[str, str] = {}
    for role, _ in ROLES:
        made_up = demo_people(db.session(), role, limit=1)
        if made_up:
            found[role] = made_up[0].phone.removeprefix("+86")
    db.session.remove()
    db.engine.dispose()
    return found


def goodbye(well: bool) -> None:
    """Prints the last line."""
    _say(N_("点单已停止") if well else N_("点单停止了：有一个进程起不来，原因见上面的日志"))
