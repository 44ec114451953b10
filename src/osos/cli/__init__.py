"""Which command is meant? One file a command; each is imported only when it is called."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from osos.cli.output import room_to_write, say_all_characters

# Command → (module with an `app` such as typer makes, what it does in Turkish, in English).
# A new command is one line here.
COMMANDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "demo": (
            "osos.cli.demo",
            "sanal bir şehri baştan sona okur",
            "read a virtual city from end to end",
        ),
        "conformity": (
            "osos.cli.conformity",
            "sayacı TEDAŞ uygunluk formu EK-2 ile sınar",
            "test a meter by TEDAŞ's conformity form EK-2",
        ),
        "accounts": (
            "osos.cli.accounts",
            "sayfalara kim, ne olarak girebilir",
            "who may sign in to the pages, and as what",
        ),
        "decode": (
            "osos.cli.decode",
            "sayaç çıktısı içeren dosyayı çözer",
            "decode a file of meter output",
        ),
        "estimate": (
            "osos.cli.estimate",
            "tahminler: kontrol sayacı, kesinti kipi, yöntemlerin sonucu",
            "estimates: check meters, storm mode, what each method says",
        ),
        "export": (
            "osos.cli.export",
            "saklananları başkalarının okuyabileceği dosyalara yazar (Parquet)",
            "write what is held into files others read (Parquet)",
        ),
        "find": (
            "osos.cli.find",
            "bir portta sayaç arar: hız, eşlik, adres, marka",
            "find a meter on a port: speed, parity, address, make",
        ),
        "import": (
            "osos.cli.importing",
            "başka yerden gelen profil değerlerini dosyadan alır",
            "take profile values of elsewhere from a file",
        ),
        "keep": (
            "osos.cli.keep",
            "saklama süreleri, imha ve imha kanıtları",
            "how long what is kept, destruction and its proofs",
        ),
        "papers": (
            "osos.cli.papers",
            "evrak: sayaç değişimi, çarpan, saat, ayın kapanması",
            "papers: an exchange, a multiplier, a clock, closing a month",
        ),
        "program": (
            "osos.cli.program",
            "sayacın bir parametresini değiştirir",
            "change one parameter of a meter",
        ),
        "read": (
            "osos.cli.read",
            "bir sayacı kablodan ya da TCP'den okur",
            "read a meter over a cable or TCP",
        ),
        "rebuild": (
            "osos.cli.rebuild",
            "saklananların baytlardan aynen çıktığını denetler",
            "check that what is held follows from the bytes",
        ),
        "registry": (
            "osos.cli.registry",
            "modem ve sayaçları kaydeder, listeler",
            "admit and list modems and meters",
        ),
        "ask": (
            "osos.cli.ask",
            "bir sayacı şimdi okutur, sonucu bekler",
            "ask a meter now and wait for what comes of it",
        ),
        "rules": (
            "osos.cli.rules",
            "doğrulama kurallarını listeler, geçmişte dener, günleri yargılar",
            "list validation rules, try one on history, judge days",
        ),
        "serve": (
            "osos.cli.serve",
            "merkez servisini çalıştırır",
            "run the server: the head-end that modems call",
        ),
        "simulate": (
            "osos.cli.simulate",
            "sanal sayaç, modem veya şehir çalıştırır",
            "run a virtual meter, modem or city",
        ),
        "stored": (
            "osos.cli.stored",
            "bir modem ve sayaçları için saklananları yazar",
            "print what is stored of a modem and its meters",
        ),
    }
)

_USAGE = 2  # exit code of a call that names no command


def main(arguments: list[str] | None = None) -> None:
    """Run `osos COMMAND …`; ends the process."""
    say_all_characters()
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("--help", "-h"):
        print(help_text())
        sys.exit(0 if given else _USAGE)
    if given[0] == "--version":
        print(version())
        sys.exit(0)
    if given[0] not in COMMANDS:
        print(f"osos: böyle bir komut yok / no such command: {given[0]}\n\n{help_text()}", file=sys.stderr)
        sys.exit(_USAGE)
    module, _, _ = COMMANDS[given[0]]
    with room_to_write(given[0]):
        import_module(module).app(args=given[1:], prog_name=f"osos {given[0]}")


def help_text() -> str:
    width = max(map(len, COMMANDS))
    rows = [f"  {name:<{width}}  {tr} / {en}" for name, (_, tr, en) in COMMANDS.items()]
    head = "osos KOMUT [SEÇENEKLER]: açık OSOS / the open automatic meter reading system of Türkiye"
    return "\n".join(
        [head, "", *rows, "", "osos KOMUT --help: bir komutun seçenekleri / options of a command"]
    )


def version() -> str:
    from importlib.metadata import version as installed

    return f"osos {installed('osos')}"
