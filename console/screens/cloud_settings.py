"""The settings about the cloud: enrolment, and how the rides stand that wait for it."""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from console.error_words import sentence, told
from console.screens.keeping_settings import keeping_rows
from console.screens.setting_rows import SettingRow, button_row
from console.widgets import button, field  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.wording import megabytes, when
from console.words import _, n_
from sync.enrol import EnrolmentFailed, enrol

STATES = {
    "ONLINE": "Connected",
    "CONNECTING": "Connecting",
    "OFFLINE": "No network, or the cloud does not answer",
    "REFUSED": "The cloud refuses this tablet",
    "NOT_ENROLLED": "Not enrolled",
}


class EnrolForm(Card):
    """Address and code of a cloud; ``enrolled`` is called when it took them."""

    trouble = StringProperty("")

    def __init__(self, enrolled: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._enrolled = enrolled
        self._task: asyncio.Task[None] | None = None

    def send(self) -> None:
        """Ask the cloud."""
        address, code = self.ids.address.text.strip(), self.ids.code.text.strip()
        if not address or not code:
            self.trouble = _("Both are needed: the cloud's address and a fresh code from it.")
            return
        self.ids.send.busy, self.trouble = True, ""
        base_url = address if "://" in address else f"http://{address}"
        self._task = asyncio.get_running_loop().create_task(self._ask(base_url, code))

    async def _ask(self, base_url: str, code: str) -> None:
        app = App.get_running_app()
        try:
            app.cache.save_enrolment(base_url, await enrol(base_url, code, platform.node() or "tablet"))
        except EnrolmentFailed as error:
            self.trouble = told(error)
        else:
            app.uplink.poke()
            app.catalogue.wake()
            self._enrolled()
        finally:
            self.ids.send.busy = False


def network_rows(refresh: Callable[[], None]) -> list[Widget]:
    """The cloud this tablet belongs to, and the way to another."""
    app = App.get_running_app()
    enrolment, status = app.cache.enrolment(), app.uplink.status
    rows: list[Widget] = [
        SettingRow(
            _(STATES[status.state.name]), " ".join(filter(None, (sentence(status.error), sentence(status.remedy))))
        )
    ]
    if enrolment is not None:
        base_url, credentials = enrolment
        link = {"mqtt": _("MQTT"), "http": _("HTTP, because MQTT is blocked")}.get(status.link or "", "")
        rows.append(SettingRow(_("Cloud"), " · ".join(filter(None, (base_url, link)))))
        rows.append(SettingRow(_("This tablet"), credentials.tablet_id))
    form = EnrolForm(refresh)
    form.ids.address.text = enrolment[0] if enrolment else ""
    return [*rows, form]


def sync_rows(refresh: Callable[[], None]) -> list[Widget]:
    """What waits for the cloud, and what this tablet keeps."""
    app = App.get_running_app()
    status = app.uplink.status
    waiting = (
        n_("{n} ride waits", "{n} rides wait", status.waiting_rides) if status.waiting_rides else _("All rides sent")
    )
    last = status.last_acknowledged_at
    said = _("The cloud last took seconds: {when}").format(when=when(last, time.time())) if last else ""

    def send() -> None:
        app.uplink.hurry()
        refresh()

    def fetch() -> None:
        app.catalogue.wake()
        refresh()

    rows: list[Widget] = [
        button_row(waiting, said or _("Rides are kept here first, then sent"), _("Send now"), send),
        button_row(
            _("Classes"), n_("{n} known here", "{n} known here", len(app.cache.classes())), _("Fetch anew"), fetch
        ),
        SettingRow(_("On this tablet"), _kept(app.cache)),
        *keeping_rows(app.settings, app.keeping, refresh),
    ]
    rows += [SettingRow(_("Refused by the cloud"), reason) for _ride, reason in app.cache.refused()]
    if app.cache.set_aside is not None:
        meaning = _("It could not be read, and is kept at {path}").format(path=app.cache.set_aside)
        rows.append(SettingRow(_("A damaged book was set aside"), meaning))
    return rows


def _kept(cache: Any) -> str:
    rides = cache.db.execute("SELECT count(*) FROM rides").fetchone()[0]
    pages, page = cache.db.execute("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return n_("{n} ride", "{n} rides", rides) + " · " + megabytes(pages * page)


load_rules(__file__)
