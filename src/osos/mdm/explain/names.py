"""What are derived figures, their terms and the reasons beside them called, in Turkish and in English?"""
# ruff: noqa: E501  # a sentence stands on one line

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from osos.mdm.explain.derivation import Derivation
from osos.mdm.explain.names_of_losses import LOSS_FIGURES, LOSS_NOTES, LOSS_TERMS
from osos.mdm.explain.names_of_use import USE_NOTES, USE_TERMS

Words = Mapping[str, tuple[str, str]]

# One sentence of what a figure is; by its name without what stands behind `@`.
FIGURES: Words = {
    **LOSS_FIGURES,
    "ratio.inductive": (
        "Endüktif oran: çekilen endüktif reaktif enerjinin çekilen aktif enerjiye oranı.",
        "Inductive ratio: inductive reactive energy over active energy drawn.",
    ),
    "ratio.capacitive": (
        "Kapasitif oran: kapasitif reaktif enerjinin çekilen aktif enerjiye oranı.",
        "Capacitive ratio: capacitive reactive energy over active energy drawn.",
    ),
    "left.inductive": (
        "Sınıra kalan endüktif enerji: aktif enerji artmazsa ceza sınırına kadar çekilebilecek miktar.",
        "Inductive energy left until the limit, if no more active energy is drawn.",
    ),
    "left.capacitive": (
        "Sınıra kalan kapasitif enerji: aktif enerji artmazsa ceza sınırına kadar verilebilecek miktar.",
        "Capacitive energy left until the limit, if no more active energy is drawn.",
    ),
    "limit.inductive": (
        "Endüktif sınır: bu orandan sonra reaktif enerji bedeli alınır.",
        "Inductive limit: past this ratio reactive energy is charged.",
    ),
    "limit.capacitive": (
        "Kapasitif sınır: bu orandan sonra reaktif enerji bedeli alınır.",
        "Capacitive limit: past this ratio reactive energy is charged.",
    ),
    "projection.inductive": (
        "Ay sonunda beklenen endüktif oran: her iki enerjinin ay sonu öngörüsünden.",
        "Inductive ratio expected at the month's end, from the forecasts of both energies.",
    ),
    "projection.capacitive": (
        "Ay sonunda beklenen kapasitif oran: her iki enerjinin ay sonu öngörüsünden.",
        "Capacitive ratio expected at the month's end, from the forecasts of both energies.",
    ),
    "excess.inductive": (
        "Sınırın üstünde kalan endüktif enerji, saat saat.",
        "Inductive energy above the limit, hour by hour.",
    ),
    "excess.capacitive": (
        "Sınırın üstünde kalan kapasitif enerji, saat saat.",
        "Capacitive energy above the limit, hour by hour.",
    ),
    "night": (
        "Gecenin payı: sınırın üstünde kalan enerjinin 22–06 arasındaki kısmı.",
        "The night's share: what of the excess arises between 22 and 06.",
    ),
    "charged": (
        "Bedele esas reaktif enerji: sınırı aşan türün tamamı.",
        "Reactive energy that is charged: all of a kind once its limit is passed.",
    ),
    "forecast": (
        "Ay sonu öngörüsü: bilinen kısım, kalan günler için de benzer günlerin ortalaması.",
        "Forecast of the month: what is known, and for the days left the mean of days like them.",
    ),
    "missed": (
        "Öngörünün payı: geçmiş öngörülerin onda sekizinin aşmadığı sapma.",
        "The forecast's margin: the error that eight in ten earlier forecasts did not pass.",
    ),
    "error": (
        "Öngörünün sapması: söylenen ile gerçekleşen arasındaki fark.",
        "The forecast's error: what was said against what came.",
    ),
    "mean_error": (
        "Ortalama sapma: sapmaların toplamının gerçekleşenlerin toplamına oranı.",
        "Mean error: the sizes of all errors over all that came.",
    ),
    "peak": (
        "Profilde en yüksek çeyrek saat: o süredeki enerjinin ortalama gücü.",
        "Highest quarter hour of the profile: the mean power of its energy.",
    ),
    "load_factor": (
        "Yük faktörü: çekilen enerjinin, en yüksek güçle bütün süre çalışılsaydı çekilecek enerjiye oranı.",
        "Load factor: energy drawn over what the highest power would have drawn all the time.",
    ),
    "over_contract": (
        "Sözleşme gücünü aşan güç: en yüksek gücün sözleşmedekinden fazlası.",
        "Power above the contract: how far the highest power passes it.",
    ),
    "demand": (
        "En yüksek güç: sayacın kendi demand göstergesi, çarpanla.",
        "Highest power: the meter's own maximum demand register, multiplied.",
    ),
    "base_load": (
        "Taban yük: çeyrek saatlerin en düşük yirmide birinin üst sınırı; hiç iş yokken çalışan budur.",
        "Base load: what the lowest twentieth of quarter hours does not pass; it runs when nothing is at work.",
    ),
    "base_energy": (
        "Taban yükün otuz günde harcadığı enerji.",
        "What the base load uses in thirty days.",
    ),
    "unexpected": (
        "Beklenenden fazla tüketim: aynı tür günlerin ortancasının üstünde kalan kısım.",
        "More than expected: what lies above the middle of days of the same type.",
    ),
    "share": ("Tarifenin payı: T1, T2 ve T3 toplamındaki yeri.", "The tariff's share of T1, T2 and T3."),
    "three": ("Üç zamanlı tarifede bedel.", "Cost at three rates."),
    "single": ("Tek zamanlı tarifede bedel.", "Cost at one rate."),
    "saved": ("Üç zamanlının tek zamanlıya göre farkı.", "What three rates save against one."),
    "mean_day": (
        "Günlük ortalama: tamamı bilinen günlerin ortalaması.",
        "Mean day: the mean of the days that are wholly known.",
    ),
    "known": (
        "Bilinen kısım: beklenen sürenin ne kadarının verisi var.",
        "How much of the time due is known.",
    ),
    "missing": (
        "Eksik kısım: beklenen sürenin ne kadarının verisi yok.",
        "How much of the time due is missing.",
    ),
    "estimated": ("Tahmini kısım: beklenen sürenin ne kadarı tahminle dolu.", "How much of it is estimated."),
    "than_month": (
        "Geçen ayın aynı günlerine göre değişim.",
        "Change against the same stretch of the month before.",
    ),
    "than_year": (
        "Geçen yılın aynı günlerine göre değişim.",
        "Change against the same stretch of the year before.",
    ),
    "advance": (
        "Endeks farkı: iki okuma arasında sayacın ilerlediği miktar, çarpanla.",
        "Register difference: what the meter advanced between two readings, multiplied.",
    ),
    "bill": (
        "Hesabın bir satırı: miktar çarpı yazdığınız fiyat.",
        "A line of the sum: quantity times your price.",
    ),
    "rounding": (
        "Ay sonu endeksleri ile profil arasındaki fark: sayacın sakladığı son basamak kadar.",
        "Month-end registers less the profile: what their last digits cut off.",
    ),
}

TERMS: Words = {
    **USE_TERMS,
    **LOSS_TERMS,
    "active": ("çekilen aktif enerji", "active energy drawn"),
    "exported": ("verilen aktif enerji", "active energy fed in"),
    "inductive": ("endüktif reaktif enerji", "inductive reactive energy"),
    "capacitive": ("kapasitif reaktif enerji", "capacitive reactive energy"),
    "limit": ("sınır", "limit"),
    "limit.inductive": ("endüktif sınır", "inductive limit"),
    "limit.capacitive": ("kapasitif sınır", "capacitive limit"),
    "ratio.inductive": ("endüktif oran", "inductive ratio"),
    "ratio.capacitive": ("kapasitif oran", "capacitive ratio"),
    "installed_kva": ("kurulu güç", "installed power"),
    "contract_kw": ("sözleşme gücü", "contract power"),
    "multiplier": ("çarpan", "multiplier"),
    "foretold.expected.active": ("ay sonunda beklenen aktif enerji", "active energy expected"),
    "foretold.expected.inductive": ("ay sonunda beklenen endüktif enerji", "inductive energy expected"),
    "foretold.low.inductive": ("aralığın alt ucu", "low end of its band"),
    "foretold.high.inductive": ("aralığın üst ucu", "high end of its band"),
    "foretold.expected.capacitive": ("ay sonunda beklenen kapasitif enerji", "capacitive energy expected"),
    "foretold.low.capacitive": ("aralığın alt ucu", "low end of its band"),
    "foretold.high.capacitive": ("aralığın üst ucu", "high end of its band"),
    "foretold.said": ("öngörülen", "foretold"),
    "came": ("gerçekleşen", "what came"),
    "came.all": ("gerçekleşenlerin toplamı", "all that came"),
    "so_far": ("ayın bilinen kısmı", "known of the month"),
    "level": ("son günlerin düzeyi (her hafta yarı ağırlıkla)", "level of late (each week back counts half)"),
    "ahead.weekday": ("kalan hafta içi gün", "weekdays left"),
    "ahead.saturday": ("kalan cumartesi", "Saturdays left"),
    "ahead.sunday": ("kalan pazar ve tatil", "Sundays and holidays left"),
    "worth.weekday": ("bir hafta içi gün", "a weekday"),
    "worth.saturday": ("bir cumartesi", "a Saturday"),
    "worth.sunday": ("bir pazar ya da tatil", "a Sunday or holiday"),
    "missed": ("onda sekizin aşmadığı sapma", "error that eight in ten do not pass"),
    "quarter": ("o çeyrek saatin enerjisi", "energy of that quarter hour"),
    "per_hour": ("saatte bu kadar dönem", "such periods in an hour"),
    "highest": ("en yüksek güç", "highest power"),
    "hours": ("bilinen saat", "hours known"),
    "demand": ("sayacın gösterdiği en yüksek güç", "the meter's maximum demand"),
    "base_load": ("taban yük", "base load"),
    "t1": ("T1 gündüz", "T1 day"),
    "t2": ("T2 puant", "T2 peak"),
    "t3": ("T3 gece", "T3 night"),
    "price.t1": ("T1 fiyatı", "price of T1"),
    "price.t2": ("T2 fiyatı", "price of T2"),
    "price.t3": ("T3 fiyatı", "price of T3"),
    "price.single": ("tek zamanlı fiyat", "price at one rate"),
    "three": ("üç zamanlı bedel", "cost at three rates"),
    "single": ("tek zamanlı bedel", "cost at one rate"),
    "days_whole": ("tamamı bilinen gün", "days wholly known"),
    "due": ("beklenen süre", "time due"),
    "missing": ("eksik süre", "time missing"),
    "estimated": ("tahminle dolu süre", "time estimated"),
    "before": ("karşılaştırılan dönem", "the stretch compared with"),
    "register.begun": ("ilk endeks", "first register"),
    "register.ended": ("son endeks", "last register"),
    "profile": ("profilin toplamı", "sum of the profile"),
}

NOTES: Words = {
    **USE_NOTES,
    **LOSS_NOTES,
    "limit_passed": (
        "Sınır aşıldı: bu ay o türün tamamı bedele girer.",
        "The limit is passed: all of this kind is charged this month.",
    ),
    "left_now": (
        "Aktif enerji arttıkça bu miktar da artar.",
        "As more active energy is drawn, more is left.",
    ),
    "left_over": ("Eksi değer: sınır bu kadar aşıldı.", "Below zero: the limit is passed by so much."),
    "limit_of_size": (
        "Kurulu gücü {from_kva} kVA ve üstünde olan yerler için.",
        "For installations of {from_kva} kVA and more.",
    ),
    "limit_strictest": (
        "Kurulu güç bilinmediği için en sıkı sınır alındı.",
        "No installed power is known, so the strictest limit is taken.",
    ),
    "charged_whole": (
        "Sınır aşılınca fark değil, o türün tamamı bedele girer.",
        "Once its limit is passed all of a kind is charged, not the excess.",
    ),
    "charged_none": ("Hiçbir sınır aşılmadı; bedel yok.", "No limit is passed; nothing is charged."),
    "charged_both": (
        "İki sınır birden aşıldı; her ikisi de alınır. Kaynaklar bu durumu açık yazmıyor: bu bizim seçimimizdir.",
        "Both limits are passed and both are charged. No source says so outright: it is our choice.",
    ),
    "exempt.residential": (
        "Mesken abonesi reaktif enerji bedeli ödemez.",
        "Households pay no reactive energy.",
    ),
    "exempt.lighting": (
        "Aydınlatma abonesi reaktif enerji bedeli ödemez.",
        "Lighting pays no reactive energy.",
    ),
    "exempt.single_phase": (
        "Tek fazlı abone reaktif enerji bedeli ödemez.",
        "Single-phase customers pay none.",
    ),
    "exempt.small_connection": (
        "Sözleşme gücü {up_to_kw} kW ve altında olan abone reaktif enerji bedeli ödemez.",
        "Who has {up_to_kw} kW of contract or less pays no reactive energy.",
    ),
    "projection": (
        "Reaktif öngörünün iki ucu, beklenen aktif enerjiye bölündü: ikisi çoğunlukla birlikte artar.",
        "Both ends of the reactive forecast over the active energy expected: the two mostly rise together.",
    ),
    "excess": (
        "Her saatte, o saatin aktif enerjisinin sınır kadarından fazlası. Yalnız sınırın üstünde kalan saatler yazılır.",
        "Of each hour what is above the limit's share of its active energy. Hours below it are not listed.",
    ),
    "forecast.method": (
        "Son sekiz haftanın tamamı bilinen {days} günü alındı; günün türüne göre ortalaması, ağırlığı her hafta yarıya iner.",
        "Taken from {days} whole days of the last eight weeks: a mean for each type of day, each week back counts half.",
    ),
    "forecast.holidays": ("Resmî tatiller pazar sayılır.", "Public holidays count as Sundays."),
    "forecast.holidays_worked": (
        "Resmî tatillerde çalışıldığı görüldüğü için tatil günleri kendi günü sayıldı.",
        "Work went on at holidays before, so they count as the days they fall on.",
    ),
    "forecast.mean_of_all": (
        "Üçten az görülen gün türü için bütün günlerin ortalaması alındı.",
        "Of a type seen fewer than three times the mean of all days is taken.",
    ),
    "forecast.band_own": (
        "Aralık, geçmişteki {n} öngörünün sapmasından gelir; onda sekizi bu aralıkta kaldı.",
        "The band comes from the errors of {n} forecasts made again; eight in ten were inside.",
    ),
    "forecast.band_others": (
        "Geçmiş kısa olduğu için aralık, başka abonelerin öngörülerindeki sapmadan gelir.",
        "The history is short, so the band comes from what other customers' forecasts were missed by.",
    ),
    "missed.own": (
        "Geçmişteki {n} süre, her biri {length} gün, aynı yöntemle yeniden öngörüldü.",
        "{n} stretches of {length} days that are over were foretold again by the same method.",
    ),
    "missed.others": (
        "Sekizden az geçmiş süre var: {length} günlük süreler için başka abonelerde ölçülen sapma alındı.",
        "Fewer than eight stretches are known: what other customers were missed by, for {length} days.",
    ),
    "error.held": (
        "Ayın {n} günü biliniyorken söylendi; gerçekleşen, verilen aralığın içinde kaldı.",
        "Said when {n} days of the month were known; what came was inside the band.",
    ),
    "error.not_held": (
        "Ayın {n} günü biliniyorken söylendi; gerçekleşen, verilen aralığın dışında kaldı.",
        "Said when {n} days of the month were known; what came was outside the band.",
    ),
    "error.mean": (
        "{n} ayın {held} tanesi verilen aralıkta kaldı.",
        "Of {n} months {held} were inside the band.",
    ),
}

KINDS: Words = {
    "weekday": ("hafta içi", "weekday"),
    "saturday": ("cumartesi", "Saturday"),
    "sunday": ("pazar ya da tatil", "Sunday or holiday"),
}


def figure_said(name: str, language: str) -> str:
    """The sentence of what a figure is; a name nobody has words for is its own."""
    plain = name.partition("@")[0]
    return _said(FIGURES, plain if plain in FIGURES else plain.partition(".")[0], language)


def term_said(name: str, language: str) -> str:
    return _said(TERMS, name, language)


def kind_said(kind: str, language: str) -> str:
    return _said(KINDS, kind, language)


def notes_said(told: Derivation, language: str) -> Iterator[str]:
    """What else decided, with the facts it rests on."""
    facts = {name: _fact(value, language) for name, value in told.facts.items()}
    for note in told.notes:
        yield _said(NOTES, note, language).format_map(facts)


def _said(words: Words, name: str, language: str) -> str:
    found = words.get(name, (name, name))
    return found[0] if language == "tr" else found[1]


def _fact(value: Decimal | date | str, language: str) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, str):
        return value
    plain = value.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize()
    text = f"{plain:,f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "tr" else text
