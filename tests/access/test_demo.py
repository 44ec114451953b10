"""Are printed passwords made in a demonstration only, random, and good for signing in?"""

import random

import pytest

from osos.access import DemoAccount, Role, SignedIn, ViewerKind, demo_sign_ins
from osos.access.tables import one_time_links
from osos.store import mark

WISHED = (
    DemoAccount(kind=ViewerKind.SUBSCRIBER, login="1000000001", name="Şükrü", party=1),
    DemoAccount(kind=ViewerKind.CORPORATE, login="enerji@ornek.example", name="Örnek A.Ş.", party=2),
    DemoAccount(kind=ViewerKind.SUPPLIER, login="b@cinar.example", name="Çınar", party=3),
    DemoAccount(
        kind=ViewerKind.STAFF, login="op@edas.example", name="Ayşe", roles=frozenset({Role.OPERATOR})
    ),
)


def make(store, doorman, seed=1):
    with store.begin() as conn:
        return demo_sign_ins(
            conn,
            WISHED,
            passwords=doorman.passwords,
            now=doorman.clock.now(),
            chance=random.Random(seed).randbytes,
        )


def test_an_earnest_database_gets_no_printed_passwords(store, doorman) -> None:
    with pytest.raises(ValueError, match="marked demo only"):
        make(store, doorman)


def test_what_is_printed_signs_in(store, doorman) -> None:
    with store.begin() as conn:
        mark(conn, name="demo", value="yes")
    made = make(store, doorman)
    assert len({one.password for one in made}) == len(WISHED)
    assert all(len(one.password) == 19 for one in made)
    for wished, one in zip(WISHED, made, strict=True):
        entered = doorman.ask(one.kind, one.login, one.password, address="127.0.0.1")
        assert isinstance(entered, SignedIn)
        assert (entered.viewer.party, entered.viewer.roles) == (wished.party, wished.roles)
    with store.read() as conn:
        assert conn.execute(one_time_links.select()).all() == []
