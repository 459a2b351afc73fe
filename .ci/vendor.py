"""Copies the front-end parts we use from node_modules, with licences and checksums.

After `npm ci --ignore-scripts`: `python .ci/vendor.py` copies and writes the manifests.
Without npm: `python .ci/vendor.py --check` compares the copies with the manifests, and
the icons and classes that templates name with those that were copied.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
STATIC = ROOT / "coordinator" / "static"
SITE = STATIC / "vendor"
AXE = ROOT / "tests" / "browser" / "vendor"
MANIFEST = "MANIFEST.sha256"

UTRECHT = "@utrecht/component-library-css"
TOKENS = "@nl-design-system-unstable/voorbeeld-design-tokens"
FONT = "@fontsource-variable/source-sans-3"
PRINT_FONT = "@fontsource/source-sans-3"  # in PDF files; these cannot hold a variable font
ICONS = "@tabler/icons"

# The order is the order in the stylesheet.
COMPONENTS = [
    "alert",
    "button",
    "button-group",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-fieldset",
    "form-label",
    "heading-1",
    "heading-2",
    "heading-3",
    "heading-4",
    "link",
    "paragraph",
    "radio-button",
    "select",
    "skip-link",
    "textarea",
    "textbox",
]

# Classes for every page, so that the first page to use one needs no npm.
ALWAYS = {"utrecht-heading-2", "utrecht-heading-3", "utrecht-heading-4", "utrecht-paragraph"}

ICON_NAMES = [
    "alert-triangle",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrows-transfer-down",
    "arrows-up-down",
    "bulb",
    "building",
    "calendar",
    "calendar-plus",
    "check",
    "chevron-down",
    "chevron-right",
    "circle-check",
    "circle-dashed",
    "clock",
    "copy",
    "download",
    "edit",
    "external-link",
    "eye",
    "file-text",
    "filter",
    "flag",
    "help-circle",
    "history",
    "home",
    "info-circle",
    "key",
    "link",
    "list",
    "lock",
    "logout",
    "mail",
    "map-pin",
    "message",
    "message-2",
    "network",
    "phone",
    "plus",
    "printer",
    "refresh",
    "route",
    "scale",
    "search",
    "send",
    "share",
    "signature",
    "trash",
    "user",
    "users",
    "x",
]


def read(package: str, path: str) -> str:
    return (MODULES / package / path).read_text(encoding="utf-8")


def version(package: str) -> str:
    return str(json.loads(read(package, "package.json"))["version"])


def components() -> str:
    """The component stylesheets one after the other, each under its name, version and licence."""
    used = classes_used()
    parts = []
    for name in COMPONENTS:
        package = f"@utrecht/{name}-css"
        rules = only(used, read(package, "dist/index.min.css"))
        parts.append(f"/*! {package} {version(package)}, EUPL-1.2 */\n{rules}\n")
    return "".join(parts)


def classes_used() -> set[str]:
    pages = (ROOT / "templates").rglob("*.html")
    return ALWAYS | {name for page in pages for name in named_in(page)}


def named_in(page: Path) -> list[str]:
    return re.findall(r"utrecht-[\w-]+", page.read_text(encoding="utf-8"))


def only(classes: set[str], sheet: str) -> str:
    """The rules of a minified stylesheet whose selectors name no other classes than these.

    `:invalid` goes too: it paints a required field red before anybody has typed.
    """

    def is_used(selector: str) -> bool:
        asked = re.sub(r":not\([^)]*\)", "", selector)
        return ":invalid" not in asked and set(re.findall(r"\.([\w-]+)", asked)) <= classes

    def keep(rule: re.Match[str]) -> str:
        kept = [one for one in re.split(r",(?![^(]*\))", rule[1]) if is_used(one)]
        return ",".join(kept) + rule[2] if kept else ""

    sheet = re.sub(r'/\*.*?\*/|@charset "[^"]*";', "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"\s*\n\s*", "", sheet)
    return re.sub(r"@media[^{}]*\{\}", "", re.sub(r"([^{}]+)(\{[^{}]*\})", keep, sheet)).strip()


def tokens(*sheets: str) -> str:
    """The design tokens that the given stylesheets use, directly or through another token."""
    found = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", read(TOKENS, "dist/theme.css")))
    waiting = {name for sheet in sheets for name in re.findall(r"var\(\s*(--[\w-]+)", sheet)}
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found and name not in used:
            used.add(name)
            waiting |= set(re.findall(r"var\(\s*(--[\w-]+)", found[name]))
    lines = [f"  {name}: {value};\n" for name, value in found.items() if name in used]
    return f"/*! {TOKENS} {version(TOKENS)}, EUPL-1.2 */\n:root {{\n{''.join(lines)}}}\n"


def sprite() -> str:
    """One SVG with a symbol per icon; a page points at `icons.svg#name`."""
    symbols = []
    for name in ICON_NAMES:
        drawing = re.sub(
            r"<!--.*?-->", "", read(ICONS, f"icons/outline/{name}.svg"), flags=re.DOTALL
        )
        paths = "".join(re.findall(r"<(?:path|circle|rect|line)[^>]*/>", drawing))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>\n')
    return (
        f"<!-- {ICONS} {version(ICONS)}, MIT -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">\n'
        f"{''.join(symbols)}</svg>\n"
    )


def fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def copy(package: str, path: str, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODULES / package / path, to)


def write_manifest(folder: Path) -> None:
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files(folder)]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def vendor() -> None:
    fresh(SITE)
    fresh(AXE)
    css = components()
    own = [(STATIC / name).read_text(encoding="utf-8") for name in ("theme.css", "app.css")]
    (SITE / "components.css").write_text(css, encoding="utf-8")
    (SITE / "tokens.css").write_text(tokens(css, *own), encoding="utf-8")
    (SITE / "icons.svg").write_text(sprite(), encoding="utf-8")
    for part in ("latin", "latin-ext"):
        name = f"source-sans-3-{part}-wght-normal.woff2"
        copy(FONT, f"files/{name}", SITE / "fonts" / name)
        for weight in (400, 700):
            name = f"source-sans-3-{part}-{weight}-normal.woff"
            copy(PRINT_FONT, f"files/{name}", SITE / "fonts" / name)
    copy(UTRECHT, "LICENSE.md", SITE / "licences" / "utrecht-components.md")
    copy(TOKENS, "LICENSE.md", SITE / "licences" / "voorbeeld-design-tokens.md")
    copy(FONT, "LICENSE", SITE / "licences" / "source-sans-3.txt")
    copy(ICONS, "LICENSE", SITE / "licences" / "tabler-icons.txt")
    copy("axe-core", "axe.min.js", AXE / "axe.min.js")
    copy("axe-core", "LICENSE", AXE / "LICENSE")
    copy("axe-core", "LICENSE-3RD-PARTY.txt", AXE / "LICENSE-3RD-PARTY.txt")
    write_manifest(SITE)
    write_manifest(AXE)


def problems() -> list[str]:
    """What differs between manifest and copies, and which icons a template asks for in vain."""
    found = []
    for folder in (SITE, AXE):
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        expected = {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}
        present = {path.relative_to(folder).as_posix(): digest(path) for path in files(folder)}
        for name in sorted(expected.keys() | present.keys()):
            if expected.get(name) != present.get(name):
                found.append(f"{(folder / name).relative_to(ROOT)} is not what the manifest says")
    icons = set(re.findall(r'symbol id="([^"]+)"', (SITE / "icons.svg").read_text("utf-8")))
    styled = set(re.findall(r"utrecht-[\w-]+", (SITE / "components.css").read_text("utf-8")))
    for page in sorted((ROOT / "templates").rglob("*.html")):
        for name in re.findall(r"""\bicon\(\s*["']([\w-]+)["']""", page.read_text("utf-8")):
            if name not in icons:
                found.append(f"{page.relative_to(ROOT)} asks for icon {name}, not in ICON_NAMES")
    found += [
        f"class {name} stands in a template, not in components.css; run me without --check"
        for name in sorted(classes_used() - styled)
    ]
    return found


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        found = problems()
        sys.exit("\n".join(found) if found else 0)
    vendor()
