"""How is a figure explained to people, in Turkish and in English?"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.explain.chain import Chain, Piece, Register, Way
from osos.quantities import to_local

_REACTIVE = (Channel.Q1, Channel.Q2, Channel.Q3, Channel.Q4)
_METHODS_TR = {
    "check meter": "kontrol sayacının ölçtüğü kadar",
    "interruption record": "sayacın kendi kesinti kaydına göre",
    "straight line": "önceki ve sonraki değerler arasında düz çizgiyle",
    "register-scaled reference days": "endeks farkı benzer günlerin seyrine göre dağıtılarak",
    "reference-day mean": "benzer günlerin ortalamasıyla",
    "same period last year": "geçen yılın aynı döneminden",
    "standard profile": "abone grubunun profil katsayılarıyla",
    "similar points": "benzer tüketim noktalarından",
    "register difference evenly": "endeks farkı eşit dağıtılarak",
}
_SUM = "{secondary} × {k} = {primary}"
_TR = {
    Way.MEASURED: "{when}: sayaç {meter} {begun} gösterirken {ended} değerine geldi; " + _SUM + ".",
    Way.ACCEPTED: "{when}: ölçülen değer şüpheliydi, {actor} doğru buldu ({reason}); " + _SUM + ".",
    Way.SUSPECT: "{when}: ölçülen değer şüpheli; " + _SUM + ".",
    Way.EXCHANGED: "{when}: sayaç değişti; sökülen ve takılan sayacın endekslerinden {primary}.",
    Way.ESTIMATED: "{when}: ölçüm yok; {method} tahmin edildi: " + _SUM + ".{doubt}",
    Way.EDITED: "{when}: {actor} elle düzeltti ({reason}): " + _SUM + ".",
    Way.MISSING: "{when}: ölçüm yok, tahmin de yapılmadı; bu süre için tüketim hesaba katılmadı.",
}
_EN = {
    Way.MEASURED: "{when}: meter {meter} went from {begun} to {ended}; " + _SUM + ".",
    Way.ACCEPTED: "{when}: the value was suspect, {actor} found it right ({reason}); " + _SUM + ".",
    Way.SUSPECT: "{when}: the measured value is suspect; " + _SUM + ".",
    Way.EXCHANGED: "{when}: the meter was exchanged; {primary} by the registers of both.",
    Way.ESTIMATED: "{when}: nothing was measured; estimated by {method}: " + _SUM + ".{doubt}",
    Way.EDITED: "{when}: put right by hand by {actor} ({reason}): " + _SUM + ".",
    Way.MISSING: "{when}: nothing was measured and nothing estimated; no consumption is counted for it.",
}
_FROM_A_FILE = {  # a value of elsewhere, added by a person
    "tr": "{when}: {actor} bir dosyadan ekledi ({reason}): " + _SUM + ".",
    "en": "{when}: added from a file by {actor} ({reason}): " + _SUM + ".",
}
_UNKNOWN = {"tr": "bilinmeyen bir endeks", "en": "a register that is not known"}


def sentences(chain: Chain, language: str = "tr") -> Iterator[str]:
    """The sum first, then a sentence a piece."""
    unit = "kvarh" if chain.channel in _REACTIVE else "kWh"
    total = _amount(chain.primary, unit, language)
    when = _when(chain.period.start, chain.period.end)
    count = len(chain.pieces)
    if language == "tr":
        yield f"{when} arasındaki değer {total}; {count} parçadan oluşur."
    else:
        yield f"The value of {when} is {total}; it is made of {count} {'piece' if count == 1 else 'pieces'}."
    for piece in chain.pieces:
        yield _sentence(piece, unit, language)


def _sentence(piece: Piece, unit: str, language: str) -> str:
    template = (_TR if language == "tr" else _EN)[piece.way]
    method = piece.method or ""
    if method == "from a file":
        template = _FROM_A_FILE["tr" if language == "tr" else "en"]
    return template.format(
        when=_when(piece.period.start, piece.period.end),
        meter=piece.meter or piece.meter_id,
        begun=_register(piece.begun, unit, language),
        ended=_register(piece.ended, unit, language),
        secondary=_amount(Decimal(piece.secondary), unit, language),
        k=_number(piece.multiplier.normalize(), language),
        primary=_amount(piece.primary, unit, language),
        method=_METHODS_TR.get(method, method) if language == "tr" else method,
        doubt=_doubt(piece, unit, language),
        actor=piece.actor,
        reason=piece.reason,
    )


def _doubt(piece: Piece, unit: str, language: str) -> str:
    if piece.uncertainty_wh is None:
        return ""
    if piece.uncertainty_wh == 0:
        told = {"tr": " Toplamı endeksler veriyor.", "en": " Registers tell the sum."}
        return told["tr" if language == "tr" else "en"]
    doubt = _amount(piece.uncertainty_wh * piece.multiplier, unit, language)
    return f" Belirsizlik ± {doubt}." if language == "tr" else f" Uncertainty ± {doubt}."


def _register(register: Register | None, unit: str, language: str) -> str:
    if register is None:
        return _UNKNOWN["tr" if language == "tr" else "en"]
    return _amount(Decimal(register.amount), unit, language)


def _amount(wh: Decimal, unit: str, language: str) -> str:
    return f"{_number((wh / 1000).quantize(Decimal('0.001')), language)} {unit}"


def _number(value: Decimal, language: str) -> str:
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "tr" else text


def _when(start: datetime, end: datetime) -> str:
    first, last = to_local(start), to_local(end)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%d.%m.%Y %H:%M}"
    return f"{first:%d.%m.%Y %H:%M} – {until}"
