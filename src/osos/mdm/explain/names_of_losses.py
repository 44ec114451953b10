"""What are losses, balances, suspicions and what they are made of called, in Turkish and in English?"""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

LOSS_FIGURES: Words = {
    "transformer": (
        "Trafo kaybı: müşterinin kendi trafosunda kaybolan enerji, basılı tabloyla.",
        "Transformer loss: what the customer's own transformer loses, by the printed table.",
    ),
    "transformer.no_load": (
        "Boşta kayıp: trafonun gerilim altında durmakla kaybettiği.",
        "No-load loss: what the transformer loses by being there.",
    ),
    "transformer.load": (
        "Yükte kayıp: geçen enerjinin trafoda ısıya dönen kısmı.",
        "Load loss: what the energy that passes adds.",
    ),
    **{
        f"transformer.{part}.T{n}": (f"T{n} tarifesinde {tr} kayıp.", f"{en} loss in T{n}.")
        for part, tr, en in (("no_load", "boşta", "No-load"), ("load", "yükte", "Load"))
        for n in range(1, 5)
    },
    **{
        f"transformer.T{n}": (f"T{n} tarifesinde trafo kaybı.", f"Transformer loss in T{n}.")
        for n in range(1, 5)
    },
    "tkk": (
        "TKK, trafo kayıp katsayısı: kaybın o tarifedeki enerjiye oranı.",
        "TKK, the loss coefficient: the loss over the rate's energy.",
    ),
    "hours": ("Bu tarifenin aydaki saatleri.", "Hours of this rate in the month."),
    "line": (
        "Hat kaybı: 3 × I² × R × T, ortalama akımda; en az bu kadardır.",
        "Line loss: 3 × I² × R × T at the mean current; it is at least so much.",
    ),
    "profile": (
        "Profille uzlaştırma: başka saate yazılacak enerjinin payı.",
        "Settling by profile: the share of energy that would go to other hours.",
    ),
    "profile.day": ("Bir günün saatleri, profille.", "A day's hours, by profile."),
    "profile.hour": ("Profilin bu saate verdiği enerji.", "What the profile gives this hour."),
    "unmeasured": (
        "Ölçülmeyen reaktif: iki endeks de durduysa ve kusur kullanıcınınsa bedele esas olan.",
        "Unmeasured reactive energy: charged where both registers stood still by the user's fault.",
    ),
    "balance.loss": ("Kayıp: giren eksi sayaçlarda sayılan.", "Loss: what went in less what meters counted."),
    "balance.share": ("Kayıp oranı: kaybın girene oranı.", "Loss over what went in."),
    "balance.unexplained": (
        "Açıklanamayan: kayıptan teknik kayıp çıkınca kalan.",
        "Unexplained: the loss less what is lost by nature.",
    ),
    "balance.unexplained_share": (
        "Açıklanamayanın girene oranı.",
        "The unexplained over what went in.",
    ),
    "balance.known": (
        "Bilinen: her sayacı bilinen çeyrek saatlerin payı.",
        "Known: the share of quarter hours in which every meter is known.",
    ),
    "balance.worth": ("Açıklanamayanın bedeli.", "What the unexplained is worth."),
    "suspicion.polarity": (
        "Geri kazanılır: veriş diye yazılan, aslında çekilmiş enerji.",
        "Recoverable: what was drawn and booked as export.",
    ),
    "suspicion.phase": (
        "Geri kazanılır: gerilim × akımın söylediği enerjiden sayılan çıkınca kalan.",
        "Recoverable: what voltage × current say, less what was counted.",
    ),
    "suspicion.ratio": (
        "Geri kazanılır: yanlış çarpanın sayılana göre payı.",
        "Recoverable: the wrong multiplier's share of what was counted.",
    ),
    "suspicion.bypass": (
        "Geri kazanılır: eksik enerjideki günlük artış × o günden beri geçen günler.",
        "Recoverable: the rise a day of what is missing × the days since.",
    ),
    "suspicion.place": (
        "Yanlış dengede duran enerji: bu sayacın saydığı.",
        "Energy in the wrong balance: what this meter counted.",
    ),
    "suspicion.year": ("Yılda: bakılan günlerden 365 güne.", "A year: from the days looked at to 365."),
}

LOSS_TERMS: Words = {
    "no_load_kw": ("Pb, boşta kayıp gücü", "Pb, no-load loss"),
    "load_kw": ("Pcu, tam yükte kayıp gücü", "Pcu, loss at full load"),
    "rated_kva": ("Pn, trafonun gücü", "Pn, the transformer's size"),
    "cos_phi": ("cos φ, metodolojinin", "cos φ, the methodology's"),
    "line_kv": ("hattın gerilimi", "the line's voltage"),
    "line_ohm": ("hattın direnci", "the line's resistance"),
    "energy": ("çekilen enerji", "energy drawn"),
    "hours.all": ("ayın saatleri", "hours of the month"),
    **{f"energy.T{n}": (f"T{n} enerjisi", f"energy of T{n}") for n in range(1, 5)},
    **{f"hours.T{n}": (f"T{n} saatleri", f"hours of T{n}") for n in range(1, 5)},
    **{f"transformer.T{n}": (f"T{n} kaybı", f"loss in T{n}") for n in range(1, 5)},
    **{f"transformer.no_load.T{n}": (f"T{n} boşta kaybı", f"no-load loss in T{n}") for n in range(1, 5)},
    **{f"transformer.load.T{n}": (f"T{n} yükte kaybı", f"load loss in T{n}") for n in range(1, 5)},
    "profile.energy": ("noktanın bu saatlere dağıtılan enerjisi", "energy of the point that is spread"),
    "profile.before": ("önceki saatlerin katsayıları, × 10¹²", "coefficients of the hours before, × 10¹²"),
    "profile.until": ("bu saatle birlikte, × 10¹²", "with this hour's, × 10¹²"),
    "profile.all": ("katsayıların toplamı, × 10¹²", "all coefficients, × 10¹²"),
    "profile.coefficient": ("katsayı = e ÷ E", "coefficient = e ÷ E"),
    "profile.group_hour": ("gruptaki noktaların bu saati", "this hour of the group's points"),
    "profile.group": ("gruptaki noktaların bütün saatleri", "all hours of the group's points"),
    "profile.spread": ("profilin verdiği", "by the profile"),
    "profile.measured": ("ölçülen", "measured"),
    "main": ("giren: ana sayaçlar", "in: main meters"),
    "below": ("sayaçlarda: alttakiler", "at meters: those below"),
    "technical": ("teknik kayıp", "technical loss"),
    "loss": ("kayıp", "loss"),
    "unexplained": ("açıklanamayan", "unexplained"),
    "slots": ("dengelenen çeyrek saat", "balanced quarter hours"),
    "days": ("gün", "days"),
    "quarters": ("bir günün çeyrek saati", "quarter hours of a day"),
    "price": ("sizin yazdığınız fiyat", "the price you gave"),
    "export": ("veriş", "export"),
    "import": ("çekiş", "import"),
    "apparent": ("Σ U × I", "Σ U × I"),
    "net": ("sayılan: çekiş − veriş", "counted: import − export"),
    "power_factor": ("cos φ, doğru bağlı sayaçta beklenen", "cos φ expected of a meter rightly wired"),
    "true_over_used": ("olması gereken ÷ kullanılan çarpan", "true ÷ used multiplier"),
    "rise": ("eksik enerjinin günlük artışı", "rise of what is missing, a day"),
    "days_since": ("o günden beri bakılan günler", "days looked at since"),
    "weight": ("ağırlık", "weight"),
    "missing_wh": ("trafoda eksik, Wh", "missing at the transformer, Wh"),
    "unmeasured_share": ("aktif enerjinin bedele giren payı", "share of active energy that is charged"),
    "recoverable": ("geri kazanılır", "recoverable"),
    "days_looked_at": ("bakılan gün", "days looked at"),
    "following.own": (
        "gerilim adımlarının korelasyonu, kayıttaki trafoyla",
        "correlation of voltage steps with the transformer in the papers",
    ),
    "following.other": (
        "gerilim adımlarının korelasyonu, öteki trafoyla",
        "correlation of voltage steps with the other transformer",
    ),
}

LOSS_NOTES: Words = {
    "loss.printed": (
        "Pb ve Pcu, basılı tablonun {kv} kV, {kva} kVA satırıdır.",
        "Pb and Pcu are the printed table's row of {kv} kV, {kva} kVA.",
    ),
    "loss.listed": (
        "Trafo ve hat, şebeke listesinin bu yer için söylediğidir.",
        "Transformer and line are what the network's list tells of this place.",
    ),
    "loss.asked": (
        "Trafo ve hat, sayfada sizin seçtiklerinizdir.",
        "Transformer and line are what you chose on the page.",
    ),
    "loss.so_far": (
        "Ay bitmedi: saatler ve enerji şimdiye kadardır.",
        "The month is not over: hours and energy are up to now.",
    ),
    "loss.hours": (
        "Ayın tam saatleri, tarife takvimiyle sayıldı.",
        "Whole hours of the month, counted by the tariff calendar.",
    ),
    "loss.line": (
        "Basılı bir kural yoktur: 3 × I² × R × T, I = E ÷ (T × √3 × U × cos φ); üçle kök üç sadeleşti.",
        "No rule is printed: 3 × I² × R × T with I = E ÷ (T × √3 × U × cos φ); three and its root cancel.",
    ),
    "profile.hours": (
        "Katsayılar aynı sınıf ve tarife grubundan {n} noktanın ölçülen saatleridir.",
        "Coefficients are measured hours of {n} points of the same class and tariff group.",
    ),
    "profile.coefficient": (
        "Katsayı, gruptaki {n} noktanın bu saatteki enerjisinin aynı tarifedeki bütün saatlerine oranıdır. "
        "Saatlerin toplamı Wh’ına kadar ayın enerjisidir.",
        "The coefficient is this hour of the group's {n} points over all their hours of the same rate. "
        "The hours add up to the month's energy to the Wh.",
    ),
    "profile": (
        "Katsayılar aynı sınıf ve tarife grubundan {n} noktanın saatleridir. Saatlerin farkı ikiye bölünür: "
        "bir saatten eksilen başka bir saate yazılır.",
        "Coefficients are hours of {n} points of the same class and tariff group. Differences are halved: "
        "what one hour lacks another has.",
    ),
    "unmeasured": (
        "Kusurun kimde olduğuna veri karar vermez; başka nedenle durduysa bu bedel yoktur.",
        "Whose fault it was the data do not say; where it was nobody's, nothing is charged by this.",
    ),
    "balance.known_only": (
        "Yalnız her sayacı bilinen çeyrek saatler toplanır.",
        "Only quarter hours in which every meter is known are summed.",
    ),
    "radar.told_only": (
        "Yalnız ölçülen çeyrek saatler: tahminler radara bir şey söylemez.",
        "Measured quarter hours alone: estimates tell the radar nothing.",
    ),
    "radar.fitted": (
        "Eğim, bütün sayaçların yükleri birden alınarak en küçük kareyle bulundu ({slots} çeyrek saat).",
        "The slope is fitted by least squares over all meters' loads at once ({slots} quarter hours).",
    ),
    "radar.rise": (
        "Artış, eksik enerjinin {day} öncesi ve sonrasından, hat kaybı ayrılıp en küçük kareyle bulundu.",
        "The rise is fitted by least squares to what is missing before and after {day}, wires' losses apart.",
    ),
    "radar.following": (
        "Gerilim, fazların kayıttaki en büyük ve en küçüğünün ortalaması; korelasyon bir çeyrek saatten "
        "öbürüne değişimlerindir.",
        "Voltage is the mean of the phases' greatest and least; the correlation is of its changes from one "
        "quarter hour to the next.",
    ),
    "radar.changed": (
        "Bakıldığında bu sayı {then} kWh idi; veri o zamandan beri değişti, radar gece yeniden bakar.",
        "When it was looked at this was {then} kWh; the data have changed since, and the radar looks again.",
    ),
}
