"""What are powers, shares, costs and days called, and the reasons beside them, in Turkish and in English?"""
# ruff: noqa: E501  # a sentence stands on one line

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

USE_TERMS: Words = {
    "base_quarter": ("sıradaki o çeyrek saatin gücü", "power of that quarter hour"),
    "charged": ("bedele esas reaktif enerji", "reactive energy charged"),
    "over_contract": ("sözleşme gücünü aşan güç", "power above the contract"),
    "price.distribution": ("dağıtım fiyatı", "price of distribution"),
    "price.reactive": ("reaktif enerji fiyatı", "price of reactive energy"),
    "price.power": ("güç fiyatı", "price of power"),
    "price.over_power": ("güç aşım fiyatı", "price of power above the contract"),
    "price.consumption_tax": ("tüketim vergisi", "consumption tax"),
    "price.vat": ("KDV", "VAT"),
    "bill.energy": ("enerji bedeli", "energy"),
    "bill.distribution": ("dağıtım bedeli", "distribution"),
    "bill.reactive": ("reaktif bedel", "reactive energy"),
    "bill.power": ("güç bedeli", "power"),
    "bill.over_power": ("güç aşım bedeli", "power above the contract"),
    "bill.consumption_tax": ("tüketim vergisi", "consumption tax"),
    "bill.base": ("satırların toplamı", "sum of the lines"),
    "bill.vat": ("KDV tutarı", "VAT amount"),
    "t4": ("T4 yedek", "T4 spare"),
    "excess_night": ("22–06 arasında sınırın üstünde kalan", "above the limit between 22 and 06"),
    "excess_all": ("ayda sınırın üstünde kalan", "above the limit in the month"),
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
    "kurus": ("Her satır kuruşa yuvarlanır.", "Each line is rounded to the kuruş."),
    "register.added_up": (
        "Sayaç ay sonunun toplamını saklamıyor; dört tarife endeksi toplandı.",
        "The meter keeps no total of a month's end: its four tariff registers are added up.",
    ),
    "own_prices": ("Fiyatları siz yazdınız.", "The prices are those you gave."),
    "guide_prices": (
        "Fiyat yazılmadı: kılavuzun oranları alındı (gece yarısı kadar, puant yarısı kadar fazla, gündüz yirmide bir az). Bu yüzden tutar değil, tek zamanlı bedele oran söylenir.",
        "No prices were given: the guide's proportions stand in (night half, peak half more, day a twentieth less), so only shares of the cost at one rate are told.",
    ),
}
