"""What every page has to be: accessible (axe-core), and readable on a small screen."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"

AXE_RUN = """async ([locale]) => {
    // A page opened without JavaScript still answers us, but its timers never ring: axe would wait
    // for ever. Promises do go on.
    const scripting = !matchMedia("(scripting: none)").matches;
    if (!scripting) window.setTimeout = work => { Promise.resolve().then(work); return 0; };
    if (locale) axe.configure({locale: JSON.parse(locale)});
    const answer = await axe.run(document, {
        preload: scripting,
        resultTypes: ["violations"],
        // WCAG 2.2 AA's size of things to tap; axe leaves it off by itself.
        rules: {"target-size": {enabled: true}},
    });
    return answer.violations.map(rule => ({
        id: rule.id, impact: rule.impact, help: rule.help,
        nodes: rule.nodes.map(node => [node.target.flat().join(" "), node.failureSummary]),
    }));
}"""

# What sticks out to the right, without what an own scrolling box holds (a wide table may have one).
STICKING_OUT = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const scrolls = element => element && element !== root && element !== document.body
        && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    return [`page ${root.scrollWidth} px wide, screen ${root.clientWidth} px`].concat(
        [...document.body.querySelectorAll("*")]
            .filter(element => element.getBoundingClientRect().right > root.clientWidth + 0.5
                && !scrolls(element.parentElement))
            .slice(0, 10)
            .map(element => element.cloneNode(false).outerHTML.slice(0, 120)));
}"""


@cache
def axe() -> tuple[str, str | None]:
    """The source of axe-core, and its Dutch texts if they are vendored."""
    dutch = next(iter(sorted(VENDOR.glob("*nl.json"))), None)
    return (
        (VENDOR / "axe.min.js").read_text(encoding="utf-8"),
        dutch.read_text(encoding="utf-8") if dutch else None,
    )


def assert_accessible(page: Page) -> None:
    """No violation of axe-core's rules: WCAG 2.2 A and AA, and its best practices."""
    source, locale = axe()
    # evaluate, not a script element: the page's own security policy stays in force.
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(f"() => {{ {source} }}")
    violations = page.evaluate(AXE_RUN, [locale])
    found = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
        + "\n".join(f"    {target}\n        {why}" for target, why in rule["nodes"])
        for rule in violations
    ]
    assert not found, f"{page.url} has {len(found)} violations:\n" + "\n".join(found)


def assert_no_sideways_scroll(page: Page, width: int = 320) -> None:
    """Everything fits a screen of `width` px (WCAG 1.4.10)."""
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(STICKING_OUT)
    assert not found, f"{page.url} scrolls sideways at {width} px:\n" + "\n".join(found)


def assert_begins_with_skip_link(page: Page) -> None:
    """The first Tab on a fresh page is the way past the menu."""
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    assert 'href="#inhoud"' in focused, f"{page.url}: the first Tab goes to {focused}"
