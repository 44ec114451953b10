"""What can a telegram come to, in words an operator reads?

One line an outcome, Turkish and English, filled with the facts of the finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from osos.mdm.ledger import FrameOutcome

NO_BYTES, BROKEN, ODD, DECODED = FrameOutcome

# code: (what the frame came to, Turkish, English)
WORDS: Mapping[str, tuple[FrameOutcome, str, str]] = MappingProxyType(
    {
        "no bytes": (
            NO_BYTES,
            "Sayaçtan hiç bayt gelmedi",
            "No bytes came from the meter",
        ),
        "refused": (
            BROKEN,
            "Sayaç isteği reddetti (NAK)",
            "The meter refused the request (NAK)",
        ),
        "checksum": (
            BROKEN,
            "Denetim karakteri tutmuyor: gönderilen {sent}, hesaplanan {computed}; okuma yeniden istenmeli",
            "The check character does not fit: sent {sent}, computed {computed}; ask the reading again",
        ),
        "not understood": (
            BROKEN,
            "Baytlar bir sayaç telgrafı olarak okunamadı ({kind})",
            "The bytes could not be read as a meter's telegram ({kind})",
        ),
        "other meter": (
            ODD,
            "Başka bir sayaç yanıtladı: {asked} soruldu, {told} yanıtladı; değerler kaydedilmedi",
            "Another meter answered: {asked} was asked, {told} answered; no value was recorded",
        ),
        "clock": (
            ODD,
            "Sayaç saati {drift_s} s sapmış; değerler şüpheli işaretlendi",
            "The meter's clock is off by {drift_s} s; the values are marked suspect",
        ),
        "clock unreadable": (
            ODD,
            "Sayaç saati okunamadı ({text}); alınma zamanı kullanıldı",
            "The meter's clock could not be read ({text}); the time of receipt was used",
        ),
        "month end unknown": (
            ODD,
            "{code} için ay sonu tarihi telgrafta yok; takvimden alındı",
            "The telegram has no month end for {code}; it was taken from the calendar",
        ),
        "other profile": (
            ODD,
            "{asked} istendi, {told} sütunları geldi",
            "{asked} was asked, the columns of {told} came",
        ),
        "profile unknown": (
            ODD,
            "Hangi yük profili olduğu anlaşılamadı; kayıtlar saklanmadı",
            "Which load profile this is cannot be told; no record was kept",
        ),
        "layout changed": (
            ODD,
            "{profile} sütunları {day} gününde tutulanlardan farklı; o günün kayıtları birleştirilmedi",
            "The columns of {profile} differ from those held of {day}; that day's records were not merged",
        ),
        "labels ahead": (
            ODD,
            "{count} kayıt okunduğu andan sonraya ait (sonuncusu {last}); sayaç saati yanlıştı",
            "{count} records are dated after they were read (last: {last}); the meter's clock was wrong",
        ),
        "complaint": (
            ODD,
            "{message}",
            "{message}",
        ),
        "empty": (
            DECODED,
            "Sayaçta istenen aralıkta kayıt yok",
            "The meter holds no record in the range asked for",
        ),
    }
)
_ALL_WELL = ("Çözüldü", "Decoded")
_ORDER = (DECODED, ODD, BROKEN, NO_BYTES)  # from fine to worst


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed about a telegram, with its facts."""

    code: str  # a key of WORDS
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def outcome(self) -> FrameOutcome:
        return WORDS[self.code][0]

    def words(self, language: str = "en") -> str:
        """In Turkish (`tr`) or English (`en`)."""
        return WORDS[self.code][1 if language == "tr" else 2].format(**self.facts)


def outcome_of(findings: tuple[Finding, ...]) -> FrameOutcome:
    """The worst of them; none: decoded."""
    return max((finding.outcome for finding in findings), key=_ORDER.index, default=DECODED)


def words_of(findings: tuple[Finding, ...], language: str = "en") -> str:
    """All of them in one line; complaints beyond the third are counted."""
    if not findings:
        return _ALL_WELL[0 if language == "tr" else 1]
    said = [finding.words(language) for finding in findings[:3]]
    more = [f"+{len(findings) - 3}"] if len(findings) > 3 else []
    return "; ".join(said + more)
