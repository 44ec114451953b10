"""What do the numbers in refusals and incidents mean, in Turkish and English?"""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Words:
    """One meaning in both languages of the pages."""

    tr: str
    en: str


class Fail(IntEnum):
    """failCode of a refusing ack (X-18). 525 is the document's; the 94xx and 95xx are **chosen**."""

    OTHER_METER = 525
    MALFORMED = 9400
    NOT_AUTHORISED = 9401
    UNKNOWN = 9404
    METER_SILENT = 9408
    BUSY = 9409
    TOO_LARGE = 9413
    BAD_CHECKSUM = 9415
    VALUE_REFUSED = 9422
    INNER = 9500
    STORE_FULL = 9507


FAIL_CODES: dict[int, Words] = {
    Fail.OTHER_METER: Words("başka bir sayaç cevap verdi", "answered by another meter"),
    Fail.MALFORMED: Words("mesaj bozuk", "malformed message"),
    Fail.NOT_AUTHORISED: Words("yetki yok", "not authorised"),
    Fail.UNKNOWN: Words("bilinmeyen işlev, direktif veya sayaç", "unknown function, directive or meter"),
    Fail.METER_SILENT: Words("sayaç cevap vermiyor", "meter silent"),
    Fail.BUSY: Words("meşgul", "busy"),
    Fail.TOO_LARGE: Words("çok büyük veya eksik parçalı", "too large, or parts missing"),
    Fail.BAD_CHECKSUM: Words("sayaç cevabının sağlaması yanlış", "checksum of the meter's answer wrong"),
    Fail.VALUE_REFUSED: Words("değer reddedildi", "value refused"),
    Fail.INNER: Words("birimde iç hata", "inner error of the unit"),
    Fail.STORE_FULL: Words("birimin belleği dolu", "store full"),
}

INCIDENT_CODES: dict[int, Words] = {
    # known from the document and from a device simulator
    101: Words("bağlandı", "connected"),
    120: Words("yapılandırıldı", "configured"),
    278: Words("kapak açıldı", "cover opened"),
    310: Words("röle söküldü", "relay removed"),
    439: Words("röle söküldü", "relay removed"),
    700: Words("açılışta sayaç okunamadı", "meter unreadable at start-up"),
    # from here on our own choice, X-19
    9001: Words("besleme kesildi (son nefes)", "supply lost (last gasp)"),
    9002: Words("besleme geldi", "supply back"),
    9003: Words("izin verilmeyen adres", "address not allowed"),
    9004: Words("kimlik doğrulama başarısız", "authentication failed"),
    9005: Words("yazılım güncellendi", "firmware taken"),
    9006: Words("yazılım reddedildi", "firmware refused"),
    9007: Words("parametre değişti", "parameter changed"),
    9008: Words("modem kapağı", "modem cover"),
    9009: Words("yeniden başladı", "restarted"),
    9010: Words("bağlantı koptu", "connection lost"),
    9011: Words("bellek dolu, en eskisi silindi", "store full, oldest dropped"),
    9012: Words("saat düzeltildi", "clock corrected"),
    9013: Words("giriş değişti", "input changed"),
    9014: Words("sayacın F.F.0 kelimesi değişti", "meter's F.F.0 changed"),
    9015: Words("sayaç kayboldu", "meter lost"),
    9016: Words("sayaç bulundu", "meter found"),
}

ALARM_TYPES = ("alarm", "info", "danger")
ALARM_LEVELS = ("info", "warning", "critical")

# what a message may be about; another function is answered with 9404.
FUNCTIONS = (
    "identification",
    "ack",
    "heartbeat",
    "configuration",
    "directive",
    "schedule",
    "read",
    "profile",
    "write",
    "relay",
    "alarm",
    "notification",
    "log",
    "reset",
    "firmwareUpdate",
)


def fail_words(code: int) -> Words:
    """A refusal in words; an unknown code is shown with its number."""
    return FAIL_CODES.get(code, Words(f"birim hata kodu {code}", f"the unit's fail code {code}"))


def incident_words(code: int) -> Words:
    """An incident in words; an unknown code is shown with its number (X-19)."""
    return INCIDENT_CODES.get(code, Words(f"olay kodu {code}", f"incident code {code}"))
