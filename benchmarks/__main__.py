"""What do the figures of the qualities page come to on this machine, each beside its peer?

make bench                  all of them
make bench ARGS="readout"   one file
"""

import importlib
import json
import os
import platform
import sys

# Written out by hand, in the order of the qualities page.
FIGURES = (
    "readout",
    "profile",
    "blocks",
    "sessions",
    "connections",
    "meter",
    "conformity",
    "web_sheets",
    "web_charts",
    "pages",
    "validation",
    "bulk",
)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {os.cpu_count()} cores, {platform.machine()}")
    missed = 0
    for name in names or FIGURES:
        print(f"\n{name}")
        for row in importlib.import_module(f"benchmarks.{name}").run():
            missed += row.get("met") is False
            print("  " + json.dumps(row, ensure_ascii=False))
    print(f"\n{missed} goal(s) missed" if missed else "\nall goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
