"""How are the findings of `osos decode` said in Turkish, and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "readout": ("okuma çıktısı", "readout"),
        "profile": ("yük profili / olay kaydı", "load profile / event log"),
        "push": ("modem iletisi", "modem push"),
        "dsmr": ("DSMR P1 telgrafı", "DSMR P1 telegram"),
        "dialogue": ("iki yönlü diyalog", "two-way dialogue"),
        "dlms": ("DLMS/COSEM", "DLMS/COSEM"),
        "sml": ("SML", "SML"),
        "unknown": ("tanınmadı", "not recognised"),
    }
)

LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "source": ("Kaynak", "Source"),
        "kind": ("Tür", "Kind"),
        "identification": ("Kimlik", "Identification"),
        "profile": ("Sayaç profili", "Meter profile"),
        "check": ("Kontrol", "Check"),
        "records": ("Kayıt", "Records"),
        "code": ("Kod", "Code"),
        "meaning": ("Anlamı", "Meaning"),
        "value": ("Değer", "Value"),
        "unit": ("Birim", "Unit"),
        "time": ("Zaman", "Time"),
        "complaints": ("Şikâyetler", "Complaints"),
        "place": ("Yer", "Place"),
        "what": ("Ne", "What"),
        "found": ("Bulunan", "Found"),
        "expected": ("Beklenen", "Expected"),
        "line": ("satır", "line"),
        "byte": ("bayt", "byte"),
        "none": ("yok", "none"),
        "right": ("doğru", "right"),
        "wrong": ("yanlış", "wrong"),
        "missing": ("eksik", "missing"),
        "summary": ("{values} değer, {complaints} şikâyet", "{values} values, {complaints} complaints"),
        "evidence": ("kaynağı", "known"),
    }
)

EVIDENCE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "from document": ("belgeden", "from document"),
        "from capture": ("gerçek kayıttan", "from capture"),
        "proven on device": ("cihazda denendi", "proven on device"),
    }
)

# The English words come with each complaint.
COMPLAINTS: Mapping[str, str] = MappingProxyType(
    {
        "after-end": "telgrafın sonundan sonra bayt var",
        "another-profile": "başka sütunlu ikinci bir yük profili; ayrıca okuyun",
        "another-telegram": "birden çok telgraf var: bu okunmadı",
        "next-telegram": "burada başka bir telgraf başlıyor; değerleri öncekilerin ardında",
        "bcc-missing": "ETX'ten sonra kontrol karakteri yok",
        "bcc-padded": "kontrol karakteri doğru ama dolgulu ya da onaltılık yazılmış",
        "bcc-wrong": "kontrol karakteri bloğa uymuyor",
        "character": "hiçbir sayacın göndermediği bir karakter",
        "code-odd": "alışılmış biçimde bir kod değil; metin olarak saklandı",
        "columns-changed": "ilk kayıttan farklı sütunları olan kayıt",
        "columns-unknown": "bilinen hiçbir yük profilinin sütunları böyle değil; numaralandı",
        "command-damaged": "kontrol karakteri uymayan programlama iletisi",
        "count-wrong": "bildirilen sayıda kayıt yok",
        "crc16-wrong": "`!` ardındaki kontrol toplamı telgrafa uymuyor",
        "echo": "okuyucunun iletisi sayacınkiler arasında yankılanmış",
        "empty": "hiç veri satırı yok",
        "end-glued": "`!` son veri satırına yapışık",
        "end-missing": "ne `!` ne ETX var: sonu kaybolmuş olabilir",
        "etx-missing": "STX ile başlayan blokta ETX ve kontrol karakteri yok",
        "fcs-wrong": "çerçeve kontrol dizisi (FCS) çerçeveye uymuyor",
        "frame-cut": "burada başlayan çerçeve bitmesi gerektiği gibi bitmiyor",
        "head-damaged": "yük profili başlığı ardından geleni anlatmıyor",
        "identification-damaged": "kimlik satırı alışılmış biçimde değil",
        "identification-twice": "kimlik iki kez gelmiş",
        "layout": "değer bu kodun biçimine uymuyor; olduğu gibi saklandı",
        "line-broken": "parantez eksik ya da eşleşmiyor; okunmadı",
        "line-ends": "kontrol ancak her LF yerine CR LF konunca tutuyor; alındı",
        "line-tail": "son parantezden sonra metin var",
        "lines-glued": "iki değer arasında satır sonu yok; ayrı satırlar olarak okundu",
        "line-too-long": "hiçbir sayacın göndermediği kadar uzun satır; okunmadı",
        "more": "listelenenden çok şikâyet var",
        "nak": "sayaç tekrar istedi ya da reddetti",
        "no-time": "damga ne bir zaman ne de boş; olduğu gibi saklandı",
        "noise": "hiçbir iletiye ait olmayan baytlar",
        "not-a-number": "değeri sayı olmayan kayıt",
        "not-a-record": "yük profili kaydı değil",
        "not-decoded": "tanındı, ama bu ailenin telgrafları henüz çözülmüyor",
        "parity-bit": "sekizinci bit takılı; alındı",
        "parity-kept": "telgraf hâlâ eşlik bitlerini taşıyor; alındı",
        "parity-wrong": "bu karakterin eşlik biti uymuyor",
        "printf": "yerine değer konmamış printf kalıbı",
        "push-damaged": "modem iletisi eksik",
        "record-check": "sayacın kendisi bu kaydın kontrolünün tutmadığını söylüyor",
        "record-damaged": "burada beklenen kayıt değil",
        "stx-missing": "blok ETX ile bitiyor ama STX ile başlamıyor",
        "text-before-identification": "kimlikten önce eski bir telgrafın kalanı var",
        "unit": "birim bu koda uymuyor; olduğu gibi saklandı",
    }
)
