"""Describes a browser in words that its owner recognises."""

from flask_babel import gettext as _

from app.core.i18n import N_

# The first match counts: some browsers claim to be others as well.
MACHINES = (
    ("iPhone", N_("苹果手机")),
    ("iPad", N_("苹果平板")),
    ("Android", N_("安卓手机")),
    ("Windows", N_("Windows 电脑")),
    ("Macintosh", N_("苹果电脑")),
    ("Linux", N_("Linux 电脑")),
)
BROWSERS = (
    ("MicroMessenger", N_("微信")),
    ("Edg", N_("Edge 浏览器")),
    ("Firefox", N_("Firefox 浏览器")),
    ("Chrome", N_("Chrome 浏览器")),
    ("Safari", N_("Safari 浏览器")),
)


def device_words(agent: str) -> str:
    """For example 安卓手机，微信; 未知设备 if nothing is recognised."""
    found = [
        str(_(words))
        for kinds in (MACHINES, BROWSERS)
        for words in [next((said for mark, said in kinds if mark in agent), None)]
        if words is not None
    ]
    return str(_("，")).join(found) or str(_("未知设备"))
