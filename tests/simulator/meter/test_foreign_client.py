"""Can a client that somebody else wrote read the virtual meter over a real socket?

`iec62056-21` speaks mode C without parity over TCP. Its `standard_readout` knows packet 0 only; the other
packets are read with its own building blocks. It sends R1 and W1, which gen2 meters refuse.
"""

import asyncio
import threading

import pytest
from iec62056_21.client import Iec6205621Client
from iec62056_21.messages import AckOptionSelectMessage

from osos.iec62056 import MeterSide
from osos.simulator.meter.wire import TcpPlug

ACK, NAK = b"\x06", b"\x15"
MOMENT = (2026, 3, 9, 12, 34, 56)


class SocketMeter:
    """A virtual meter on a loopback port, served by a loop in a thread of its own."""

    def __init__(self, meter, now) -> None:
        self._loop = asyncio.new_event_loop()
        self.clients: list[Iec6205621Client] = []

        def side() -> MeterSide:
            return MeterSide(meter.port("rs485", now=lambda: now), (300, 9600), reaction_s=0.0)

        self._plug = TcpPlug(side, loop=self._loop)
        started = self._loop.create_server(self._plug.accept, "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(started)
        self.address = self._server.sockets[0].getsockname()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def close(self) -> None:
        async def stop() -> None:
            self._plug.close()
            self._server.close()
            await self._server.wait_closed()
            for _ in range(3):  # turns of the loop in which closed transports let go of their sockets
                await asyncio.sleep(0)

        for client in self.clients:
            client.disconnect()
        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()


@pytest.fixture
def served(meter, local):
    one = meter("combi", 2)
    server = SocketMeter(one, local(*MOMENT))
    yield one, server
    server.close()


def client_of(server, **more) -> Iec6205621Client:
    client = Iec6205621Client.with_tcp_transport(server.address, device_address="OSO123456", **more)
    client.rest = lambda duration=None: None  # it waits 0.25 s after each message; the socket needs none
    client.transport.timeout = 10
    client.transport.socket.settimeout(60)
    client.connect()
    server.clients.append(client)
    return client


def values_of(answer) -> dict[str, str]:
    return {line.address: line.value for line in answer.data}


def test_the_foreign_client_reads_the_long_packet(served, local):
    meter, server = served
    client = client_of(server)
    answer = client.standard_readout()
    assert (client.manufacturer_id, client.identification) == (
        "OSO",
        "2>OSOS.VM25",
    )  # it takes the < for itself
    assert client.switchover_baudrate == 19200
    found = values_of(answer)
    registers = meter.registers(local(*MOMENT))
    for code, wh in registers.items():
        assert found[code] == f"{wh // 1000:06d}.{wh % 1000:03d}"
    assert found["0.9.1"] == "12:34:56"
    assert len(answer.data) > 1000


@pytest.mark.parametrize("packet", ["5", "6", "7", "8", "9"])
def test_the_foreign_client_reads_the_other_packets(served, local, packet):
    """It has a name for 6 to 9; of 5 it knows the message only."""
    meter, server = served
    client = client_of(server)
    client.startup()
    if packet == "5":
        option = AckOptionSelectMessage(mode_char="5", baud_char=client.switchover_baudrate_char)
        client.transport.send(option.to_bytes())
    else:
        client.ack_with_option_select(f"manufacturer{packet}")
    answer = client.read_response()
    printed = meter.packet(packet, at=local(*MOMENT)).decode().splitlines()
    assert [line.split("(")[0] for line in printed] == list(
        dict.fromkeys(line.address for line in answer.data if line.address)
    )


def test_the_foreign_client_reads_and_programs_in_programming_mode(served):
    meter, server = served
    client = client_of(server, password=meter.spec.first_password)
    seed = client.access_programming_mode()
    assert seed.command + str(seed.command_type) == "P0"
    client.transport.send(command("P1", f"({meter.spec.first_password})"))
    assert client.transport.recv(1) == ACK
    for name, answer in (("W2", ACK), ("W1", NAK)):  # W1 is not a gen2 command
        client.transport.send(command(name, "0.8.4(30*min)"))
        assert client.transport.recv(1) == answer
    client.transport.send(command("R2", "0.8.4()"))
    assert client.transport.read() == b"\x020.8.4(30*min)\x03" + bytes([bcc(b"0.8.4(30*min)\x03")])
    client.send_break()
    client.startup()  # idle again: the next session may begin
    assert client.manufacturer_id == "OSO"


def test_a_new_peer_takes_the_socket_from_the_last_one(served):
    _, server = served
    first = client_of(server)
    first.startup()
    second = client_of(server)
    second.startup()
    assert first.transport.socket.recv(1) == b""


def bcc(body: bytes) -> int:
    check = 0
    for byte in body:
        check ^= byte
    return check


def command(name: str, dataset: str) -> bytes:
    """SOH … BCC; the client's own `send_password` raises TypeError, and it knows no R2 and W2."""
    body = f"{name}\x02{dataset}\x03".encode()
    return b"\x01" + body + bytes([bcc(body)])
