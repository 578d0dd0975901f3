"""Who may do what: codes, tokens, and a tablet's own topics only."""

from __future__ import annotations

import queue
import threading

import httpx
import paho.mqtt.client as paho
import pytest

from sync import topics, wire
from sync.cloud.accounts import ALPHABET, CODE_LENGTH, CODE_LIFE_S, Accounts, CodeRefused
from sync.cloud.store import Store
from sync.cloud.throttle import Throttle
from sync.records import Batch


def connect(cloud, user: str | None, password: str | None, client_id: str = "someone") -> str:
    """The broker's word on a login."""
    said: queue.Queue[str] = queue.Queue()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id, reconnect_on_failure=False)
    client.username_pw_set(user, password)
    client.on_connect = lambda _client, _userdata, _flags, reason, _properties: said.put(str(reason))
    client.connect("127.0.0.1", cloud.mqtt_port)
    client.loop_start()
    try:
        return said.get(timeout=10)
    finally:
        client.disconnect()
        client.loop_stop()


def subscribe(tablet, topic: str, qos: int) -> bool:
    """Whether the broker grants a subscription."""
    granted: queue.Queue[bool] = queue.Queue()
    tablet.mqtt.on_subscribe = lambda _c, _u, _mid, reasons, _p: granted.put(not reasons[0].is_failure)
    tablet.mqtt.subscribe(topic, qos)
    return granted.get(timeout=10)


def test_nobody_logs_in_without_a_token(cloud, tablet):
    assert connect(cloud, None, None) == "Not authorized"
    assert connect(cloud, tablet.id, "wrong") == "Not authorized"
    assert connect(cloud, "cloud", tablet.token) == "Not authorized"


@pytest.mark.parametrize("qos", [0, 1])
def test_a_tablet_reads_only_its_own_topics(cloud, tablet, new_tablet, qos):
    other = new_tablet(cloud, "Bike 2")
    for topic in (topics.answers(tablet.id), topics.standings(tablet.id)):
        assert subscribe(tablet, topic, qos), topic
    foreign = [topics.answers(other.id), topics.standings(other.id), topics.batches(other.id)]
    for topic in [*foreign, "tablets/#", "tablets/+/answers", "#", "+/#", "$MQTT/sub/#", "$JS/API/#", "$SYS/#"]:
        assert not subscribe(tablet, topic, qos), topic


def test_a_forged_batch_is_dropped(cloud, tablet, new_tablet, ride, seconds):
    victim, header = new_tablet(cloud, "Bike 2"), ride()
    tablet.publish(wire.encode(Batch(header, tuple(seconds(0, 10)))), to=victim.id)
    assert victim.ask(header).acknowledged == 0
    assert victim.answers.empty()


def test_a_forged_answer_is_dropped(cloud, tablet, new_tablet, ride):
    victim, header = new_tablet(cloud, "Bike 2"), ride()
    forged = b'{"ride_id": "x", "acknowledged": 999}'
    tablet.mqtt.publish(topics.answers(victim.id), forged, qos=1).wait_for_publish(10)
    assert victim.ask(header).ride_id == header.id, "the first answer heard is a forged one"


def test_other_tablets_stay_connected_when_one_enrols(cloud, tablet):
    for _ in range(3):
        cloud.enrol()
    assert not tablet.lost.is_set()


def test_a_code_is_good_once(cloud):
    code = cloud.new_code()
    assert len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    spoken = f" {code[:4].lower()}-{code[4:].lower()} "
    assert httpx.post(f"{cloud.url}/v1/enrol", json={"code": spoken, "name": "Bike"}).status_code == 200
    again = httpx.post(f"{cloud.url}/v1/enrol", json={"code": code, "name": "Bike"})
    assert again.status_code == 403 and "new code" in again.json()["remedy"]


def test_a_code_is_good_once_even_when_used_twice_at_the_same_time(cloud):
    code, statuses = cloud.new_code(), []

    def use() -> None:
        statuses.append(httpx.post(f"{cloud.url}/v1/enrol", json={"code": code, "name": "Bike"}).status_code)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 403, 403, 403]


def test_guessing_codes_is_slowed_down(new_cloud):
    cloud = new_cloud()
    guesses = [httpx.post(f"{cloud.url}/v1/enrol", json={"code": f"WRONG{i:03}", "name": "x"}) for i in range(11)]
    assert [guess.status_code for guess in guesses] == [403] * 10 + [429]
    assert 0 < int(guesses[-1].headers["retry-after"]) <= 60
    assert set(guesses[-1].json()) == {"error", "remedy", "details"}


def test_the_answer_to_enrol_comes_when_the_tablet_can_log_in(cloud):
    for _ in range(3):
        enrolment = cloud.enrol()
        assert connect(cloud, enrolment["tablet_id"], enrolment["token"], enrolment["tablet_id"]) == "Success"


def test_neither_codes_nor_tokens_are_kept_in_clear(cloud):
    code, enrolment = cloud.new_code(), cloud.enrol()
    files = [path for path in cloud.data.rglob("*") if path.is_file()]
    for secret in (code, enrolment["token"]):
        assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_a_code_expires_after_an_hour(tmp_path):
    store = Store.open(tmp_path / "cloud.sqlite3")
    accounts = Accounts(store)
    early, late = accounts.new_code(1000.0), accounts.new_code(1000.0)
    tablet, token = accounts.enrol(early, "Bike", 1000.0 + CODE_LIFE_S - 1)
    assert accounts.authenticate(token) == tablet.id
    with pytest.raises(CodeRefused):
        accounts.enrol(late, "Bike", 1000.0 + CODE_LIFE_S)
    store.close()


def test_the_throttle_forgets_after_its_window_and_keeps_addresses_apart():
    throttle = Throttle(most=2, window_s=60)
    throttle.failed("a", 0.0)
    assert throttle.wait_s("a", 1.0) == 0
    throttle.failed("a", 10.0)
    assert throttle.wait_s("a", 20.0) == 40
    assert throttle.wait_s("b", 20.0) == 0
    assert throttle.wait_s("a", 60.0) == 0
