"""In which Turkish words does the form speak of results?"""

from collections.abc import Mapping

from osos.conformity.verdicts import Outcome, Verdict

RESULTS: Mapping[Verdict, str] = {
    Verdict.PASS: "Uygun",
    Verdict.FAIL: "Uygun değil",
    Verdict.NOT_APPLICABLE: "Uygulanmaz",
    Verdict.WAITING: "Bekliyor",
}
MARKS: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "×",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.WAITING: "",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SILENT: "Sayaç cevap vermedi",
    Outcome.LATE: "Sayaç süresi geçtikten sonra cevap verdi",
    Outcome.UNREADABLE: "Sayacın cevabı okunamadı",
    Outcome.BROKE_OFF: "Sayaç cevabını yarıda kesti",
    Outcome.RIG: "Düzenek istenen işlemi yapmadı",
    Outcome.LINE: "Haberleşme hattı koptu",
    Outcome.STOPPED: "Deney bu adımdan önce sona erdi",
    Outcome.INSPECTOR: "İnceleyenin imzası bekleniyor",
    Outcome.UNPREPARED: "Sayaç adımın başlangıç durumuna getirilemedi",
    Outcome.NOT_JUDGED: "Adım bu kontrole karar vermeden bitti",
    Outcome.CONTRADICTED: "İnceleyenler birbirine aykırı imza attı",
    Outcome.OUR_ERROR: "Deney programının hatası",
}
NOT_RUN = "Bu deneyde yapılmadı"

# The heads of the three columns; every other group has İşlem, Kontrol, Sonuç.
HEADS: Mapping[str, tuple[str, str]] = {
    "TY": ("Bilgi", "Kontrol"),
    "IS": ("Bilgi", "Kontrol"),
    "EG": ("Bilgi", "Kontrol"),
    "DS": ("Belge", "Kontrol"),
}
OTHER_HEADS = ("İşlem", "Kontrol")

# The line that closes each group; these two have none on the form.
REMARKS: Mapping[str, str] = {"TY": "Açıklamalar", "DS": "", "IS": ""}
OTHER_REMARKS = "Açıklama"

KINDS = (("1p", "Tek fazlı"), ("3p", "Üç fazlı"), ("combi", "Kombi"))
CONNECTIONS = (
    ("direct", "Direkt"),
    ("X/1", "Akım trafosundan bağlı X/1"),
    ("X/5", "Akım trafosundan bağlı X/5"),
)
VOLTAGES = (("230/400", "230/400 V"), ("57.7/100", "57,7/100 V"), ("multi", "Multi V"))
WAYS = ((1, "Tek yön"), (2, "Çift Yön"))
OPTIONS = (("external-supply", "Harici Besleme"), ("relay", "Açma-Kesme Rölesi"))

# The form's own headings; where none stands here, the catalogue's title is the form's.
TITLES: Mapping[str, str] = {
    "EG": "Ekran Gösterimleri",
    "KK": "Klemens Kapağı Algılaması ve Kayıtları",
    "MD": "Maksimum Demant Ölçümü ve Kayıtları",
    "UK": "Üst Kapak Algılaması ve Kayıtları",
    "YS": "Yaz Saati Uygulaması",
    "AS": "Geriye Dönük Bilgilerin Kaydedilmesi – Otomatik Ay Sonu Sıfırlama/Saklama İşlemleri",
    "SB": "Geriye Dönük Bilgilerin Kaydedilmesi – Butonla/Optik Sıfırlama/Saklama İşlemleri",
    "TR": "Tarifelerin Uygulanması",
    "KG": "Kısa Gerilim Kesintisi Algılaması ve Kayıtları",
    "UG": "Uzun Gerilim Kesintisi Algılaması ve Kayıtları",
    "FS": "Faz Sırası Hata Uyarısı ve Kayıtları",
    "AY": "Akım Yönü Uyarısı ve Kayıtları",
    "MA": "Manyetik Alan Uyarısı ve Kayıtları",
    "YP": "Yük Profili",
    "SA": "Tarih-Saat Arızası Durumunda Enerji Kaydı",
    "SP": "Seri Haberleşme Portu",
    "OP": "Optik Haberleşme ve Program",
    "RL": "Açma – Kesme Rölesi",
    "HB": "Harici Besleme",
}
CHAPTERS: Mapping[str, str] = {"EG": "FONKSİYON TESTLERİ"}  # above this group
