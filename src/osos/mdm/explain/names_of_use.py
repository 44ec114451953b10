"""What are powers, shares, costs and days called, and the reasons beside them, in Turkish and in English?"""
# ruff: noqa: E501  # a sentence stands on one line

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

USE_TERMS: Words = {
    "base_quarter": ("sıradaki o çeyrek saatin gücü", "power of that quarter hour"),
    "minutes_known": ("bilinen süre", "time known"),
}
USE_NOTES: Words = {
    "peak.fixed": (
        "Profilin çeyrek saatleri sabittir; sayacın kendi penceresi kaydığı için göstergesi biraz daha yüksek olabilir.",
        "Quarter hours of a profile are fixed; the meter's own window slides, so its maximum may be a little more.",
    ),
    "load_factor": (
        "Sayacın kendi göstergesi varsa o, yoksa profilin en yüksek çeyrek saati alınır. %100, hiç değişmeyen yüktür.",
        "The meter's own maximum where it tells one, else the profile's highest quarter hour. 100 % is a load that never changes.",
    ),
    "over_contract": (
        "Çift terimli tarifede aşan güç için bedel alınır.",
        "Of a two-term tariff the power above is charged.",
    ),
    "over_contract.none": ("Sözleşme gücü aşılmadı.", "The contract was not passed."),
    "mean_day": (
        "Yalnız beklenen verisinin tamamı gelmiş günler alındı.",
        "Only days of which all that is due is known.",
    ),
    "due": (
        "Beklenen süre, sayacın takılı olduğu ve bugüne kadar geçen süredir.",
        "Due is the time in which a meter hung there, up to now.",
    ),
    "base_load": (
        "Bilinen {n} çeyrek saat küçükten büyüğe dizildi; en düşük yirmide birin sonuncusu, {place}. sıradaki alındı.",
        "The {n} quarter hours known were put in order; the last of the lowest twentieth, number {place}, is taken.",
    ),
    "base_energy": ("Günde 24 saat, otuz gün.", "24 hours a day, thirty days."),
    "unexpected": (
        "Aynı tür günlerin o çeyrek saatteki ortancasının 1,6 katını ve ayın en yüksek gücünün ({peak_kw} kW) %15'ini birlikte aşan, en az üç saat süren dilimlerin en büyüğü. Güçlerin toplamı, çeyrek saatler olduğu için dörde bölünür.",
        "The greatest stretch of three hours or more above 1.6 times the median of days of its type plus 15 % of the month's peak ({peak_kw} kW). The sum of powers is divided by four, as they are quarter hours.",
    ),
    "own_prices": ("Fiyatları siz yazdınız.", "The prices are those you gave."),
    "guide_prices": (
        "Fiyat yazılmadı: kılavuzun oranları alındı (gece yarısı kadar, puant yarısı kadar fazla, gündüz yirmide bir az). Bu yüzden tutar değil, tek zamanlı bedele oran söylenir.",
        "No prices were given: the guide's proportions stand in (night half, peak half more, day a twentieth less), so only shares of the cost at one rate are told.",
    ),
}
