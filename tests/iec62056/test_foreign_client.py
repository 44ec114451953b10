"""Does a client that is not ours understand our meter's side?"""

import pytest
from iec62056_21.client import Iec6205621Client
from iec62056_21.messages import CommandMessage, DataSet
from iec62056_21.transports import BaseTransport

from osos.iec62056 import MeterSide, Write, datasets


class InProcessTransport(BaseTransport):
    """The `iec62056-21` package's way to a MeterSide in the same process; its pauses only move the clock."""

    def __init__(self, meter):
        super().__init__(timeout=60)
        self.meter, self.now, self.waiting = meter, 0.0, b""

    def connect(self):
        pass

    def disconnect(self):
        pass

    def switch_baudrate(self, baud):
        assert baud == self.meter.baud

    def _send(self, data):
        self.now += 0.25
        actions = self.meter.receive(data, baud=None, now=self.now)
        self.waiting += b"".join(each.data for each in actions if isinstance(each, Write))

    def _recv(self, chars):
        assert self.waiting, "the meter is silent"
        heard, self.waiting = self.waiting[:chars], self.waiting[chars:]
        return heard


@pytest.fixture
def client(kit):
    transport = InProcessTransport(MeterSide(kit.PaperMeter()))
    client = Iec6205621Client(transport, device_address="MKS123456", password="12345678")
    client.rest = lambda duration=None: None  # the package sleeps between messages; here nothing waits
    return client


def test_the_package_reads_our_meters_readout_value_by_value(client, kit):
    answer = client.standard_readout()
    read = [(each.address, each.value, each.unit or "") for each in answer.data if each.address != "!"]
    assert read == datasets(kit.PaperMeter().packets["0"])
    assert len(read) == 60
    assert client.manufacturer_id == "MKS"


def test_the_package_reaches_programming_mode_and_breaks(client):
    challenge = client.access_programming_mode()
    assert (challenge.command, challenge.command_type, challenge.data_set.value) == (
        "P",
        0,
        "0123456789ABCDEF",
    )
    # The package's own send_password fails on itself (DataSet without address), so its message is built here.
    password = CommandMessage("P", 1, DataSet(address="", value="12345678"))
    client.transport.send(password.to_bytes())
    assert client.transport.waiting == b"\x06"
    assert client.transport.meter.in_session
    client.send_break()
    assert not client.transport.meter.in_session
