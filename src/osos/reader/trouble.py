"""What went wrong between the reader and the meter, whose fault is it, and what now?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Words = tuple[str, str]  # Turkish, English
TR, EN = 0, 1

# Name → (what happened, what to do), each in Turkish and English; braces are facts of the trouble.
SENTENCES: Mapping[str, tuple[Words, Words]] = MappingProxyType(
    {
        "bad-url": (
            ("{url!r} bir sayaç adresi değil: {why}", "{url!r} is no address of a meter: {why}"),
            (
                "tcp://SUNUCU:PORT, serial:///dev/ttyUSB0 ya da serial:///dev/ttyUSB0?baud=300 yazın",
                "write tcp://HOST:PORT, serial:///dev/ttyUSB0 or serial:///dev/ttyUSB0?baud=300",
            ),
        ),
        "no-such-host": (
            ("{host} adı bulunamadı", "the name {host} is unknown"),
            ("adı ve ağ bağlantısını denetleyin", "check the name and the network connection"),
        ),
        "refused": (
            ("{host}:{port} bağlantıyı reddetti", "{host}:{port} refused the connection"),
            (
                "portu ve modemin saydam modda olduğunu denetleyin",
                "check the port, and that the modem is in transparent mode",
            ),
        ),
        "unreachable": (
            ("{host}:{port} adresine ulaşılamıyor: {why}", "{host}:{port} cannot be reached: {why}"),
            (
                "ağı, VPN'i ve modemin SIM kartını denetleyin",
                "check the network, the VPN and the modem's SIM card",
            ),
        ),
        "no-such-port": (
            ("{path} diye bir port yok", "there is no port {path}"),
            ("kabloyu takın; portlar: {ports}", "plug the cable in; ports here: {ports}"),
        ),
        "port-denied": (
            ("{path} portunu açmaya izin yok", "no permission to open {path}"),
            (
                "kullanıcıyı dialout grubuna ekleyin, oturumu yeniden açın",
                "add the user to the group dialout and sign in again",
            ),
        ),
        "port-busy": (
            ("{path} portunu başka bir program kullanıyor", "another program is using {path}"),
            ("öteki programı kapatın", "close the other program"),
        ),
        "port-broken": (
            ("{path} portu açılamadı: {why}", "{path} cannot be opened as a serial port: {why}"),
            ("bunun bir seri port olduğunu denetleyin", "check that it is a serial port"),
        ),
        "fell": (
            (
                "bağlantı koptu: {why} ({received} bayt alınmıştı)",
                "the line fell: {why} ({received} bytes had come)",
            ),
            (
                "kabloyu ya da modemi denetleyip yeniden okuyun",
                "check the cable or the modem and read again",
            ),
        ),
        "silent": (
            (
                "sayaçtan hiç bayt gelmedi ({tried})",
                "not a single byte came from the meter ({tried})",
            ),
            (
                "optik başlığı, A/B uçlarını, adresi ve hızı denetleyin; `osos find` hepsini dener",
                "check the optical head, wires A and B, address and speed; `osos find` tries them all",
            ),
        ),
        "only-echo": (
            (
                "yalnız kendi sözümüz geri geldi, sayaç susuyor ({tried})",
                "only our own words came back, the meter is silent ({tried})",
            ),
            (
                "hat sayaca kadar gidiyor mu, adres doğru mu, denetleyin",
                "check that the line reaches the meter and that the address is right",
            ),
        ),
        "garbled": (
            (
                "bayt geldi ama kimlik gelmedi: {heard} ({tried})",
                "bytes came, but no identification: {heard} ({tried})",
            ),
            (
                "hız ya da eşlik yanlış, ya da hatta birkaç sayaç birden yanıtlıyor: `osos find` deneyin, "
                "?address= ile tek sayacı çağırın",
                "speed or parity is wrong, or several meters answer at once: try `osos find`, "
                "call one meter by ?address=",
            ),
        ),
        "no-packet": (
            (
                "{identification} kendini tanıttı ama {what} isteğine yanıt vermedi",
                "{identification} identified itself but did not answer to {what}",
            ),
            (
                "bu paketi bilmiyor olabilir (--packet 0) ya da hat hız değişimini taşımıyor "
                "(?max=9600, ?max=300)",
                "it may not know this packet (--packet 0), or the line does not follow the change of speed "
                "(?max=9600, ?max=300)",
            ),
        ),
        "packet-refused": (
            ("{identification} {what} isteğini reddetti", "{identification} refused {what}"),
            ("başka bir paket okuyun (--packet 0)", "read another packet (--packet 0)"),
        ),
        "not-mode-c": (
            ("{identification} mod C konuşmuyor", "{identification} does not speak mode C"),
            ("bu sayaç için okuyucu yok", "there is no reader for this meter"),
        ),
        "cut-off": (
            (
                "sayaç her seferinde mesajın ortasında durdu ({received} bayt geldi)",
                "the meter stopped in mid-message every time ({received} bytes came)",
            ),
            (
                "başlığı ya da kabloyu sabitleyin, ?max= ile daha düşük hız deneyin",
                "steady the head or the cable, try a lower speed by ?max=",
            ),
        ),
        "damaged": (
            (
                "kontrol karakteri her seferinde yanlıştı ({received} bayt geldi)",
                "the check character was wrong every time ({received} bytes came)",
            ),
            (
                "hat gürültülü: kabloyu denetleyin, ?max= ile daha düşük hız deneyin",
                "the line is noisy: check the cable, try a lower speed by ?max=",
            ),
        ),
        "too-long": (
            (
                "mesajın sonu gelmedi ({received} bayt geldi)",
                "the message had no end ({received} bytes came)",
            ),
            ("hattı denetleyin", "check the line"),
        ),
        "another-meter": (
            (
                "{asked} arandı, {answered} numaralı sayaç yanıtladı",
                "{asked} was called, meter {answered} answered",
            ),
            (
                "okuma kullanılmadı; adresi düzeltin ya da hattaki öteki sayacı ayırın",
                "its answer is not used; mend the address or take the other meter off the line",
            ),
        ),
        "no-profile": (
            ("sayaç {name} yük profilini vermiyor", "the meter does not give load profile {name}"),
            (
                "1 ve 3 fazlı sayaçlarda yalnız P.01 vardır; adı denetleyin",
                "single- and three-phase meters have P.01 only; check the name",
            ),
        ),
        "bad-code": (
            ("{code} bir kod değil", "{code} is no code"),
            (
                "1.8.0, 0.9.1, 96.77.0*1 ya da P.01 gibi yazın",
                "write it like 1.8.0, 0.9.1, 96.77.0*1 or P.01",
            ),
        ),
        "profile-missing": (
            ("{missing} aralığı okunamadı: {why}", "{missing} could not be read: {why}"),
            (
                "kalanı --from {first} --to {last} ile okuyun; okunanlar aşağıda",
                "read the rest by --from {first} --to {last}; what was read follows",
            ),
        ),
        "interrupted": (
            ("okuma elle durduruldu", "the reading was stopped by hand"),
            ("alınanlar saklandı", "what had come is kept"),
        ),
        "unknown-code": (
            ("sayaç {code} kodunu vermiyor", "the meter does not give {code}"),
            (
                "kodu denetleyin; 96.96 yalnız parola ile okunur",
                "check the code; 96.96 is read with the password only",
            ),
        ),
        "bad-value": (
            ("{value} {code} için geçerli değil: {rule}", "{value} is not a value of {code}: {rule}"),
            (
                "sayaç bunu reddederdi; hiçbir şey gönderilmedi",
                "the meter would refuse it; nothing was sent",
            ),
        ),
        "not-programmable": (
            ("{code} değiştirilemeyen bir kod", "{code} is not a code that can be changed"),
            ("değişebilen kodlar: {codes}", "codes that can: {codes}"),
        ),
        "password-refused": (
            ("sayaç parolayı reddetti", "the meter refused the password"),
            (
                "parolayı denetleyin: art arda 3 yanlış deneme değişiklikleri 6 saat kilitler",
                "check the password: 3 wrong tries in a row lock all changes for 6 hours",
            ),
        ),
        "write-refused": (
            (
                "sayaç {code} değişikliğini reddetti ({detail})",
                "the meter refused to change {code} ({detail})",
            ),
            ("nedenleri: {reasons}", "it may be: {reasons}"),
        ),
        "write-unknown": (
            (
                "{code} yazıldı mı bilinmiyor: yanıt gelmeden hat koptu",
                "whether {code} was written is not known: the line fell before the answer",
            ),
            (
                "yeniden yazmayın; önce `osos read --code {code}` ile bakın",
                "do not write again; look first by `osos read --code {code}`",
            ),
        ),
        "write-lost": (
            (
                "hat yanıttan önce koptu; {code} eski değerinde, yazılmamış",
                "the line fell before the answer; {code} has its old value, it was not written",
            ),
            ("hattı denetleyip yeniden yazın", "check the line and write again"),
        ),
        "not-as-asked": (
            (
                "sayaç onayladı ama {code} okununca {after} çıktı",
                "the meter said yes, but {code} reads {after}",
            ),
            ("değeri sayaçtan denetleyin", "check the value at the meter"),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One of SENTENCES with its facts."""

    name: str
    facts: Mapping[str, Any]

    def happened(self, language: str = "en") -> str:
        return in_language(SENTENCES[self.name][0], self.facts, language)

    def remedy(self, language: str = "en") -> str:
        return in_language(SENTENCES[self.name][1], self.facts, language)

    def said(self, language: str = "en") -> str:
        return f"{self.happened(language)}; {self.remedy(language)}"


def trouble(name: str, /, **facts: Any) -> Trouble:
    return Trouble(name, MappingProxyType(facts))


class LineTrouble(Exception):
    """The line cannot be opened, or is gone; inside this room only."""

    def __init__(self, found: Trouble) -> None:
        super().__init__(found.said())
        self.trouble = found


def in_language(words: Words, facts: Mapping[str, Any], language: str) -> str:
    """One of the two sentences with its facts; facts that are words themselves, or another trouble, alike."""
    at = TR if language == "tr" else EN

    def told(fact: Any) -> Any:
        if isinstance(fact, Trouble):
            return fact.happened(language)
        return fact[at] if isinstance(fact, tuple) else fact

    return words[at].format(**{name: told(fact) for name, fact in facts.items()})
