"""What every page has to be: accessible (axe-core), and readable on a small screen."""

from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, ViewportSize

VENDOR = Path(__file__).parent / "vendor"

AXE_RUN = """async rules => {
    if (!window.axe) return null;
    // A page opened without JavaScript still answers us, but its timers never ring: axe would wait
    // for ever. Promises do go on.
    const scripting = !matchMedia("(scripting: none)").matches;
    if (!scripting) window.setTimeout = work => { Promise.resolve().then(work); return 0; };
    const answer = await axe.run(document, {
        preload: scripting && !rules,
        resultTypes: ["violations"],
        // WCAG 2.2 AA's size of things to tap; axe leaves it off by itself.
        ...(rules ? {runOnly: rules} : {rules: {"target-size": {enabled: true}}}),
    });
    return answer.violations.map(rule => ({
        id: rule.id, impact: rule.impact, help: rule.help,
        nodes: rule.nodes.map(node => [node.target.flat().join(" "), node.failureSummary]),
    }));
}"""

# What axe's rules read of a page that a width can change, sizes and places apart. Of each element
# that is shown: its colours, whether its text counts as large (24 px, or 18.5 and bold), and the
# words that name it. Of one that is not: nothing, unless others lean on it.
LOOKS = """() => [...document.querySelectorAll("body, body *")].map((element, number) => {
    const shown = element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const carries = element.matches(
        "main, header, footer, nav, aside, section, form, h1, h2, h3, h4, h5, h6, label, legend, "
        + "caption, th, dt, summary, [role], [id]");
    if (!shown) return carries ? number + " is not shown" : "";
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    return [number, style.color, style.backgroundColor, style.backgroundImage,
        size >= 24 || size >= 18.5 && style.fontWeight >= 700,
        carries && !element.matches("main, header, footer, nav, aside, section, form")
            || element.matches("a, button") ? element.innerText : ""].join();
})"""

# The rules that read sizes and places.
BY_SIZE: Final = ["target-size", "scrollable-region-focusable"]

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
def axe() -> str:
    return (VENDOR / "axe.min.js").read_text(encoding="utf-8")


def assert_accessible(page: Page, rules: list[str] | None = None) -> None:
    """No violation of axe-core's rules: WCAG 2.2 A and AA, and its best practices."""
    violations = page.evaluate(AXE_RUN, rules)
    if violations is None:
        # evaluate, not a script element: the page's own security policy stays in force.
        page.evaluate(f"() => {{ {axe()} }}")
        violations = page.evaluate(AXE_RUN, rules)
    found = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
        + "\n".join(f"    {target}\n        {why}" for target, why in rule["nodes"])
        for rule in violations
    ]
    assert not found, f"{page.url} has {len(found)} violations:\n" + "\n".join(found)


def turn_to_width(page: Page, width: int) -> None:
    """Give the page a screen of this width; a resize that changes nothing would cost as much."""
    if page.viewport_size != (screen := ViewportSize(width=width, height=900)):
        page.set_viewport_size(screen)


def assert_accessible_at(page: Page, *widths: int) -> None:
    """The same on screens of these widths; a rule is not run again where it would read the same."""
    seen: set[str] = set()
    for width in widths:
        turn_to_width(page, width)
        looks = set(page.evaluate(LOOKS))
        assert_accessible(page, BY_SIZE if looks - {""} <= seen else None)
        seen |= looks


def assert_no_sideways_scroll(page: Page, width: int = 320) -> None:
    """Everything fits a screen of `width` px (WCAG 1.4.10)."""
    turn_to_width(page, width)
    found = page.evaluate(STICKING_OUT)
    assert not found, f"{page.url} scrolls sideways at {width} px:\n" + "\n".join(found)


def assert_begins_with_skip_link(page: Page) -> None:
    """The first Tab on a fresh page is the way past the menu."""
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    assert 'href="#inhoud"' in focused, f"{page.url}: the first Tab goes to {focused}"
