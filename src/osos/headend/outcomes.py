"""What can come of a conversation with a modem, in words for both languages?

Codes 525 and 94xx/95xx are the protocol's (X-18); 0 is done; 96xx are the centre's own (chosen), for what
never travels on the wire. Every outcome is stored with its words: whose fault it was and what happens now.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """One way a conversation can end."""

    code: int
    name: str
    tr: str
    en: str


DONE = Kind(0, "done", "tamam", "done")
WRONG_METER = Kind(
    525,
    "wrong-meter",
    "sorulan sayaç değil, başka sayaç yanıt verdi; ölçümler karıştırılmadı, baytlar saklandı",
    "another meter answered than the one asked; nothing was mixed, the bytes are kept",
)
MALFORMED = Kind(
    9400,
    "malformed",
    "gelen çerçeve anlaşılamadı; baytlar nedeniyle birlikte saklandı",
    "the frame could not be understood; its bytes are kept with the reason",
)
NOT_AUTHORISED = Kind(
    9401,
    "not-authorised",
    "cihaz tanımlı değil veya bu bağlantıya izni yok; karantinada, yetkili biri tanımlamalı",
    "the device is not admitted on this link; it waits in quarantine until somebody binds it",
)
UNKNOWN = Kind(
    9404,
    "unknown",
    "işlev, direktif veya sayaç bu modemde tanımlı değil; baytlar saklandı",
    "the function, directive or meter is not known behind this modem; the bytes are kept",
)
METER_SILENT = Kind(9408, "meter-silent", "sayaç yanıt vermedi", "the meter did not answer")
BUSY = Kind(9409, "busy", "modem veya hat meşgul; sonra yeniden denenir", "modem or line busy; later again")
INCOMPLETE = Kind(
    9413,
    "incomplete",
    "parçalı ileti tamamlanmadı; gelen parçalar saklandı, modem yeniden göndermeli",
    "a split message stayed incomplete; the parts that came are kept, the modem must send it again",
)
CHECKSUM = Kind(
    9415,
    "wrong-checksum",
    "sayacın yanıtında sağlama tutmuyor; baytlar saklandı, yeniden okunacak",
    "the check character of the meter's answer is wrong; the bytes are kept, it will be read again",
)
VALUE_REFUSED = Kind(9422, "value-refused", "değer kabul edilmedi", "the value was refused")
INNER = Kind(
    9500,
    "inner",
    "merkezde beklenmeyen hata; baytlar saklandı, düzeltilmiş ayrıştırıcıyla yeniden okunabilir",
    "an unforeseen error at the centre; the bytes are kept and can be read again by a corrected reader",
)
STORE_FULL = Kind(9507, "store-full", "depo dolu veya ulaşılamıyor", "the store is full or out of reach")
NOT_CONNECTED = Kind(
    9600, "not-connected", "modem şu anda bağlı değil", "the modem is not connected at this moment"
)
NOT_ACKNOWLEDGED = Kind(
    9601,
    "not-acknowledged",
    "modem isteği tekrarlara rağmen onaylamadı",
    "the modem did not acknowledge the request, however often it was sent",
)
NO_ANSWER = Kind(
    9602,
    "no-answer",
    "modem isteği onayladı ama süresinde yanıt göndermedi",
    "the modem acknowledged the request but sent no answer in time",
)
CONNECTION_LOST = Kind(
    9603,
    "connection-lost",
    "yanıt gelmeden bağlantı koptu; modem yanıtı saklıyorsa sonraki bağlantıda gelir",
    "the connection was lost before the answer; if the modem kept it, it comes with the next connection",
)
NOT_ADMITTED = Kind(
    9604, "not-admitted", "böyle bir modem veya sayaç kayıtlı değil", "no such modem or meter is registered"
)
NO_HEAD_END = Kind(
    9605,
    "no-head-end",
    "soruyu alan bir merkez servisi yok (`osos serve headend` çalışmıyor mu?); soru kuyrukta bekliyor",
    "no head-end took the question (is `osos serve headend` running?); it waits in the queue",
)
NOTHING_USABLE = Kind(
    9606,
    "nothing-usable",
    "yanıt geldi ama içinde kullanılabilir bir değer yok; baytlar saklandı",
    "an answer came but held no usable value; its bytes are kept",
)
GIVEN_UP = Kind(9607, "given-up", "istek geri çekildi", "the request was withdrawn")

# How a connection ends that nobody asked anything of.
UNKNOWN_DIALECT = Kind(
    9610, "unknown-dialect", "ilk baytlar hiçbir protokole uymuyor", "the first bytes fit no known protocol"
)
DIALECT_NOT_SPOKEN = Kind(
    9611,
    "dialect-not-spoken",
    "protokol tanındı ama bu kapıda konuşulmuyor",
    "the protocol was recognised but is not spoken at this door",
)
UNIDENTIFIED = Kind(
    9612,
    "unidentified",
    "bağlanan, süresinde tanımlı bir cihaz olduğunu göstermedi",
    "the peer did not show itself as a known device in time",
)
IDLE = Kind(9613, "idle", "bağlantı uzun süre sessiz kaldı", "the connection was quiet for too long")
NOT_READING = Kind(
    9614, "not-reading", "karşı taraf gönderileni okumuyor", "the peer does not read what it is sent"
)
TAKEN_OVER = Kind(
    9615,
    "taken-over",
    "aynı cihaz yeni bir bağlantı açtı; eskisi kapatıldı",
    "the same device opened a newer connection; this one was closed",
)
TOO_MANY_BROKEN = Kind(
    9616, "too-many-broken", "bağlantıdan art arda bozuk çerçeve geldi", "frame after frame was broken"
)
DOOR_FULL = Kind(
    9617, "door-full", "çok fazla bağlantı; sonra yeniden aranmalı", "too many connections; call again later"
)
STOPPING = Kind(9618, "stopping", "merkez servisi kapanıyor", "the head-end is stopping")
PEER_CLOSED = Kind(9619, "peer-closed", "karşı taraf bağlantıyı kapattı", "the peer closed the connection")

KINDS = (
    DONE,
    WRONG_METER,
    MALFORMED,
    NOT_AUTHORISED,
    UNKNOWN,
    METER_SILENT,
    BUSY,
    INCOMPLETE,
    CHECKSUM,
    VALUE_REFUSED,
    INNER,
    STORE_FULL,
    NOT_CONNECTED,
    NOT_ACKNOWLEDGED,
    NO_ANSWER,
    CONNECTION_LOST,
    NOT_ADMITTED,
    NO_HEAD_END,
    NOTHING_USABLE,
    GIVEN_UP,
    UNKNOWN_DIALECT,
    DIALECT_NOT_SPOKEN,
    UNIDENTIFIED,
    IDLE,
    NOT_READING,
    TAKEN_OVER,
    TOO_MANY_BROKEN,
    DOOR_FULL,
    STOPPING,
    PEER_CLOSED,
)
BY_CODE = MappingProxyType({kind.code: kind for kind in KINDS})


@dataclass(frozen=True, slots=True)
class Finding:
    """How it ended, and the one fact that tells this end from others of its kind."""

    kind: Kind
    detail: str = ""

    @property
    def code(self) -> int:
        return self.kind.code

    @property
    def tr(self) -> str:
        return _with(self.kind.tr, self.detail)

    @property
    def en(self) -> str:
        return _with(self.kind.en, self.detail)


def finding(code: int, detail: str = "") -> Finding:
    """What a code said by a modem means; one nobody knows keeps its number and its own text.

    >>> finding(9408).en
    'the meter did not answer'
    """
    known = BY_CODE.get(code)
    if known is None:
        known = Kind(code, f"code-{code}", f"modemin bildirdiği kod {code}", f"code {code}, the modem's own")
    return Finding(known, detail)


def _with(words: str, detail: str) -> str:
    return f"{words}: {detail}" if detail else words
