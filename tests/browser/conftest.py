"""A real server over the demonstration city, and a real Chromium signed in as whoever is asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.faults.running import Running
from tools import chromium

PASSWORD = "Sea-Wall-2026"
READY = """
import django; django.setup()
from pathlib import Path
from anning.gateway import cities
from anning.kernel.org.models import User
from anning.kernel.org.services import make_token
from anning.kernel.org.services.roster import crew_units
city = cities.read(Path("cities/ningbo"))
cities.load(city)
crew_units(city)
print(make_token(None, User.objects.get(username="desk01"), "journeys"))
"""
SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demonstration city, served with its live feed."""
    if chromium.find() is None:
        pytest.skip(chromium.ADVICE)
    folder = tmp_path_factory.mktemp("journeys")
    made = Running(f"sqlite:///{folder}/anning.sqlite3", folder / "data", category="crime.property.theft")
    made.anning("migrate")
    made.token = made.python(READY).split()[-1]
    try:
        made.start(live=True)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playing:
        started = playing.chromium.launch(executable_path=str(chromium.find()), args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture
def signed_in(running: Running, browser: Browser) -> Iterator[SignIn]:
    """Signs somebody in, in a window of their own, and fails the test on any error the page's scripts raise."""
    contexts, faults = [], []

    def sign_in(who: str, *, phone: bool = False, dark: bool = False, english: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{running.port}",
            viewport=size,
            color_scheme="dark" if dark else "light",
            locale="en-US" if english else "zh-CN",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.goto("/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert faults == []


class Axe:
    """Runs axe on a page; answers each violation of WCAG 2.2 A and AA with where it stands."""

    def __init__(self, script: str) -> None:
        self.script = script

    def __call__(self, page: Page) -> list[str]:
        """Load the page anew, axe with it, and check it."""
        page.context.add_init_script(self.script)
        page.reload()
        page.wait_for_timeout(800)
        return self.again(page)

    def again(self, page: Page) -> list[str]:
        """Check a page as it stands; axe came with it."""
        found = page.evaluate(
            """async () => (await axe.run(document, {runOnly:
            ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}))
            .violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | ")}`)"""
        )
        return list(found)


@pytest.fixture
def axe() -> Axe:
    """Axe of the version the package lock names."""
    return Axe((Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
