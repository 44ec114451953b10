"""Which notes has the form printed beneath the tables of a group?"""

from collections.abc import Mapping

_TWO_WAY = (
    "Not2: Çift yönlü sayaçlarda 2.8.x, 6.8.0, 7.8.0, 2.6.0 değerlerinin geriye dönük kayıtlarıyla "
    "birlikte "
    "yer aldığı kontrol edilecektir."
)

NOTES: Mapping[str, tuple[str, ...]] = {
    "EG": (
        "Not 1: Butona 5 sn süresince uzun basıldığında alt menüye geçiş yapılacaktır. Alt menüdeyken 5 sn "
        "süresince uzun basıldığında üst menüye geçiş yapılacaktır.",
        "Not 2: Bu menüde gösterilen enerji ve güç değerleri en son demant saklama/sıfırlama işleminde "
        "kaydedilen değerler olmalıdır.",
        "Not 3: Sayacın tam kısmı, nokta ve ondalık kısmı aynı anda ekranda gösterilecektir.",
        "Not 4: Ekranda tüketim bilgileri gösterilirken tüm digitler 0 (sıfır) da olsa gösterilecektir.",
    ),
    "KK": (
        "(*) Sayaç imalattan şebekeye takılana kadar geçen zaman dilimindeki (Toplam Aktif Tüketim kaydı "
        "1 kWh "
        "altında iken) klemens kapağı açılmalarını algılamamalı (raf modu), şebekeye takıldığında "
        "klemens kapağı "
        "algılaması aktif hale gelmelidir. Sayaç, Toplam Aktif Tüketim kaydı 1 kWh geçtikten sonra "
        "algılama moduna "
        "geçer ve bundan sonraki klemens kapağı açılmalarını algılar, kapak açıksa uyarır.",
    ),
    "MD": (
        "Not1: Her yeni demant periyodunda güç arttırılır veya demant değerinin sıfırlanması sağlanır.",
        "Not2: Bazı periyotlarda faz veya fazlardan ters enerji akıtılır.",
    ),
    "UK": (
        "Not: Üst kapağın ilk açılması ile kaydedilen açılma tarih-saati hiçbir surette (sonraki açılma, "
        "optik okuma "
        "veya müdahale, ay geçişi, demant sıfırlama vb. durumlarda) silinmemeli ve değişmemeli, üst "
        "kapak ihbarı da "
        "sayaç ekranında sürekli olarak yanıp sönmeli, hiçbir şekilde kaybolmamalıdır.",
    ),
    "YS": ("Not: İleri geri saat kontrolü 12 uygulama dönemi için tekrarlanır.",),
    "AS": ("Not1: Ay geçişi 13 ay için gerçekleştirilir.", _TWO_WAY),
    "SB": ("Not1: Testlerde demant sıfırlama işlemi butonla veya optik porttan yapılabilir.", _TWO_WAY),
    "TR": ("Not: Kayıt yapılmak üzere programlanmamış tarifeler ekranda gösterilmeyecektir.",),
    "FS": (
        "Not: Polarite tersliği olması durumunda, gerilimle birlikte sadece hatanın olduğu faza ait "
        "akımın sembolü de "
        "yanıp sönecektir.",
    ),
    "AY": (
        "Not1: Fazlardan akıtılacak akımlar, kalkınma akımı ile en yüksek akım arasında herhangi bir "
        "değer olabilir.",
        "Not2: Polarite tersliği olması durumunda sadece hatanın olduğu faza ait akımın sembolü yanıp "
        "sönecektir.",
    ),
    "YP": (
        "* Fonksiyon testleri için sunulacak numune 1 dk yük profili periyodu ayarı yapmaya izin verecektir.",
        "Not1: Yukarıdaki fonksiyon testleri, tek fazlı ve üç fazlı aktif sayaçlarda sadece Yük Profili 1, "
        "Aktif-Reaktif (Kombi) tip sayaçlarda ise Yük Profili 1, Yük Profili 2 ve Yük Profili 3 için "
        "ayrı ayrı "
        "yapılacaktır. Yük profili 1-2-3 içerikleri teknik şartname Ek-E’ye uygun olacaktır.",
        "Not2: İki tarih arası sorgulama <SOH>R2<STX>P.0x(yy-mm-dd,hh:mm;yy-mm-dd,hh:mm)<ETX><BCC> Tüm "
        "yük profili "
        "sorgulaması<SOH>R2<STX>P.0x(;)<ETX><BCC> şeklinde okunacaktır.",
    ),
    "RL": (
        "Not1. 96.3.10 OBİS Kodu 1:Aktif yapılmadan 96.3.12, 96.3.13 OBİS Kodları programlanamayacaktır.",
        "Not2: Bu işlemlerin yapılması için klemens kapağının açık veya kapalı olması şartı aranmayacaktır.",
    ),
}
