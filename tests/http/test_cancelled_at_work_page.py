"""An order that its resident cancels while a volunteer is there, as both see it."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from tests.factories import community, request, volunteer
from tests.http.visitor import come_in, send
from tests.usecases.asking import match_of, wave


def test_who_is_there_reads_it_and_nobody_else_is_promised(
    session: Session, client: FlaskClient
) -> None:
    place, now = community(session), utc_now()
    who = volunteer(session, place)
    one = request(session, place, wanted_from=None, wanted_to=None, submitted_at=now)
    wave(session, one, now=now)
    session.commit()
    found: Match = match_of(session, one, who)
    page, order = f"/v/m/{found.token}", f"/t/{one.code}"
    come_in(client, session, who)
    for step in ("accept", "arrive"):
        send(client, page, f"{page}/{step}", code="4821")
    assert "别人不来了" in client.get(f"{order}/cancel").get_data(as_text=True)
    send(client, f"{order}/cancel", f"{order}/cancel")
    shown = client.get(page).get_data(as_text=True)
    assert "居民取消了这一单" in shown and "要先走，做不完" in shown and "另找人" not in shown
    _, shown = send(client, page, f"{page}/give-up")
    assert "谢谢您来过" in shown and "另找人" not in shown
    shown = client.get(order).get_data(as_text=True)
    assert "已取消" in shown and "到了的志愿者做完" not in shown
