"""The page in Chromium, opened from disk as an outsider opens it: verdicts, no request, both languages, keyboard."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.accord.test_three_folders import opened
from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.test_bundles import bundled
from tests.mission.test_golden_mission import GENESIS
from tests.mission.test_revealed_findings import shown
from tests.page.bundles import members_of, zipped
from tests.page.chapters import seals
from tests.page.saying import Said
from tests.page.test_accords_in_bundles import thin, three  # noqa: F401
from tests.page.test_findings_beside_incidents import bundle_of, claimed  # noqa: F401
from tests.page.test_verdicts import a_proof, keys_of
from veedor.accord import page as accord_page
from veedor.mission.copy.append import Mission
from veedor.mission.page import page as verifier
from veedor.mission.page import script
from veedor.mission.runs.results import read_results
from veedor.mission.verification.reveal import encode_reveal, reveal

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parents[1] / "golden" / "mission-01" / "log"
# Pictures for whoever wants to look at them.
PICTURES = os.environ.get("VEEDOR_PICTURES")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="`make test-browser` installs Playwright")
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium on the path")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """The page, open; what it asked for and complained of."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.requests: list[str] = []
        self.stopped: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.requests.append(request.url))
        page.context.on("requestfailed", lambda request: self.stopped.append(f"{request.failure} {request.url}"))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        path = folder / "verify.html"
        path.write_bytes(verifier(rooms=(accord_page,)))
        self.address = path.as_uri()
        page.goto(self.address)

    def check(self, data: bytes, **fields: str) -> str:
        """The verdict on these bytes, after filling in the fields."""
        path = self.folder / "file"
        path.write_bytes(data)
        if set(fields) - {"trust"} and not self.page.evaluate("document.getElementById('more').open"):
            self.page.click("#more > summary")
        for name, text in fields.items():
            self.page.fill(f"#{name}", text)
        self.page.set_input_files("#file", path)
        self.page.evaluate("document.getElementById('result').replaceChildren()")
        self.page.click("#check")
        self.page.wait_for_selector(".verdict strong")
        return str(self.page.inner_text(".verdict strong"))

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def visit(chromium: Any, tmp_path: Path) -> Iterator[Visit]:
    context = chromium.new_context(viewport={"width": 900, "height": 1100}, locale="en-GB")
    yield Visit(context.new_page(), tmp_path)
    context.close()


def test_the_verdicts_on_a_finished_mission(visit: Visit) -> None:
    members = members_of(GOLDEN)
    good = zipped(members)
    assert visit.check(good, trust=GENESIS) == "NOT AGREED"
    assert visit.page.inner_text("#simulated") == "SIMULATED DATA"
    visit.picture("not-agreed")
    assert visit.check(good, trust="") == "UNANCHORED"
    visit.picture("unanchored")
    head = members["log/checkpoint"]
    flipped = zipped(members | {"log/checkpoint": head[:30] + bytes([head[30] ^ 1]) + head[31:]})
    assert visit.check(flipped, trust=GENESIS) == "FAILED"
    visit.picture("failed")
    assert (visit.requests, visit.complaints) == ([visit.address], [])


def test_a_head_that_the_parties_cosigned_is_verified(visit: Visit) -> None:
    said = Said()
    seals(said)
    assert visit.check(zipped(said.bundle(("co", "qa", "ve"))), trust=said.digest) == "VERIFIED"
    assert "ve" in visit.page.inner_text(".notices")
    visit.picture("verified")
    assert (visit.requests, visit.complaints) == ([visit.address], [])


def test_a_proof_asks_for_keys_and_for_its_entry(visit: Visit) -> None:
    said = Said()
    for _ in range(3):
        said.say("ve", "unheard/1", {})
    proof = a_proof(said, 2, ("co", "ve"))
    assert visit.check(proof, policy=keys_of(said, "co", "ve")) == "NOT CHECKED"
    entry = visit.folder / "entry"
    entry.write_bytes(said.entries[2])
    visit.page.set_input_files("#entry", entry)
    assert visit.check(proof) == "VERIFIED"
    visit.picture("proof")
    assert visit.check(proof, policy="") == "UNANCHORED"
    assert visit.check(said.head(("co", "ve")), policy=keys_of(said, "co")) == "VERIFIED"


def test_revealed_rows_are_shown(visit: Visit, mission: Mission, tmp_path: Path) -> None:
    deposit_plots(mission, plots_file(tmp_path, damaged=3))
    made = encode_reveal(reveal(mission, 1, (3, 5), None))
    assert visit.check(bundled(mission, {"rows.json": made}), trust=mission.state.genesis_digest) == "NOT AGREED"
    line = (tmp_path / "a.csv").read_text().splitlines()[6]
    assert line in visit.page.inner_text("#result")
    assert visit.check(made) == "NOT AGREED"
    assert visit.page.is_visible("#simulated")
    shown = visit.page.inner_text("#result")
    assert line in shown and "Position and movement" in shown
    assert "7.1050000°" in shown and "3000.000 m" in shown, "field groups are read, with their units"
    visit.picture("reveal")
    visit.page.click("#es")
    spanish = visit.page.inner_text("#result")
    assert "Posición y movimiento" in spanish and "7,1050000°" in spanish and "3000,000 m" in spanish
    visit.picture("reveal-es")


def test_nothing_can_be_asked_for_from_the_page(visit: Visit) -> None:
    violations = visit.page.evaluate(
        """async () => {
          const seen = [];
          document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
          await fetch("https://example.org/").catch(() => seen.push("fetch failed"));
          for (const [tag, name, value] of [["img", "src", "https://example.org/x"], ["iframe", "src", "https://example.org/"],
            ["link", "href", "https://example.org/x"], ["script", "text", "seen.push(1)"]]) {
            const made = document.createElement(tag);
            if (tag === "link") made.rel = "stylesheet";
            try { made[name] = value; document.head.append(made); } catch { seen.push("script text refused"); }
          }
          const form = document.createElement("form");
          form.action = "https://example.org/";
          document.body.append(form);
          form.submit();
          await new Promise((done) => setTimeout(done, 300));
          return seen.sort();
        }"""
    )
    for directive in (
        "connect-src",
        "fetch failed",
        "img-src",
        "frame-src",
        "style-src-elem",
        "form-action",
        "script text refused",
    ):
        assert directive in violations
    # What Chromium reports as a request here was stopped by the policy before it left.
    asked = [address for address in visit.requests if not address.startswith("file:")]
    assert sorted(visit.stopped) == sorted(f"csp {address}" for address in asked)


def test_it_speaks_spanish(visit: Visit) -> None:
    visit.page.click("#es")
    assert visit.check(zipped(members_of(GOLDEN)), trust=GENESIS) == "NO ACORDADO"
    text = visit.page.inner_text("body")
    assert visit.page.evaluate("document.documentElement.lang") == "es"
    assert "DATOS SIMULADOS" in text and "No sigue a" not in text and "Se esperaba" in text
    for english in ("Expected", "Found", "Members", "holds", "What this"):
        assert english not in text
    visit.page.emulate_media(color_scheme="dark")
    visit.picture("spanish-dark")


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the top: two languages, digest, file, what is folded away, check; then the verdict has the focus."""
    order = []
    for _ in range(7):
        visit.page.keyboard.press("Tab")
        order.append(visit.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert order == ["en", "es", "trust", "file", "SUMMARY", "SUMMARY", "check"]
    (visit.folder / "golden.zip").write_bytes(zipped(members_of(GOLDEN)))
    visit.page.set_input_files("#file", visit.folder / "golden.zip")
    visit.page.focus("#trust")
    visit.page.keyboard.type(GENESIS)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".verdict strong")
    visit.page.wait_for_function("document.activeElement.id === 'result'")


def test_a_dropped_file_is_taken_and_does_not_replace_the_page(visit: Visit) -> None:
    data = list(zipped(members_of(GOLDEN)))
    visit.page.evaluate(
        """(data) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], "dropped.zip"));
          const drop = () => new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.getElementById("drop").dispatchEvent(drop());
          if (document.body.dispatchEvent(drop())) throw new Error("the browser would open the file");
        }""",
        data,
    )
    assert "dropped.zip" in visit.page.inner_text("#chosen")
    visit.page.click("#check")
    visit.page.wait_for_selector(".verdict strong")
    assert visit.page.inner_text(".verdict strong") == "UNANCHORED"


@pytest.mark.parametrize(
    "lack",
    [
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))",
        "SubtleCrypto.prototype.verify = () => Promise.resolve(true)",
        "SubtleCrypto.prototype.verify = () => Promise.resolve(false)",
        "Object.defineProperty(globalThis, 'crypto', { value: {} })",
    ],
)
def test_a_browser_that_cannot_check_ed25519_never_says_yes(chromium: Any, tmp_path: Path, lack: str) -> None:
    context = chromium.new_context()
    context.add_init_script(lack)
    said = Said()
    visit = Visit(context.new_page(), tmp_path)
    assert visit.check(zipped(said.bundle(("co", "ve"))), trust=said.digest) == "NOT CHECKED"
    assert "Ed25519" in visit.page.inner_text(".verdict")
    assert visit.page.query_selector(".steps") is None
    context.close()


def test_it_fits_a_narrow_screen(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 700})
    visit.check(zipped(members_of(GOLDEN)), trust=GENESIS)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.picture("narrow")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(visit: Visit, scheme: str) -> None:
    """WCAG 2.2, 1.4.3 (AA): 4.5 to 1, for each text against the nearest opaque background."""
    visit.page.emulate_media(color_scheme=scheme)
    said = Said()
    seals(said)
    for data, trust in (
        (zipped(members_of(GOLDEN)), GENESIS),
        (zipped(said.bundle(("co", "ve"))), said.digest),
        (b"no bundle", ""),
    ):
        visit.check(data, trust=trust)
        low = visit.page.evaluate(CONTRAST)
        assert low == []


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.tagName === "SCRIPT" || element.tagName === "STYLE") continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push([element.tagName, element.className, element.textContent.slice(0, 40), ratio]);
  }
  return low;
}"""


def test_chromium_judges_signatures_as_node_and_python_do(chromium: Any, tmp_path: Path, shared_data: Path) -> None:
    """The libraries under WebCrypto differ between browsers; behind the screen they must not."""
    folder = shared_data / "tlog/rfc8032"
    triples, wanted = [], []
    for group in json.loads((folder / "testvectors_v1/ed25519_test.json").read_bytes())["testGroups"]:
        for test in group["tests"]:
            triples.append((group["publicKey"]["pk"], test["msg"], test["sig"]))
            wanted.append(test["result"] == "valid")
    for vector in json.loads((folder / "ed25519/ed25519vectors.json").read_bytes()):
        triples.append((vector["key"], vector["msg"].encode().hex(), vector["sig"]))
    path = tmp_path / "modules.html"
    core = script().partition("modules.words = ")[0]
    path.write_text(f"<!doctype html><script>{core}globalThis.modules = modules;</script>", encoding="utf-8")
    page = chromium.new_page()
    page.goto(path.as_uri())
    judged = page.evaluate(
        """async (triples) => {
          const { bytes: { fromHex }, ed25519: { verifySignature } } = globalThis.modules;
          return Promise.all(triples.map(([key, message, signature]) =>
            verifySignature(fromHex(key), fromHex(message), fromHex(signature))));
        }""",
        triples,
    )
    page.close()
    assert judged[:150] == wanted
    assert (len(judged[150:]), sum(judged[150:])) == (914, 43)


def test_an_accord_is_shown_with_what_follows_beside_what_was_done(
    visit: Visit,
    thin: tuple[str, dict[str, bytes], Any],  # noqa: F811
) -> None:
    genesis, members, _ = thin
    assert visit.check(zipped(members), trust=genesis) in ("VERIFIED", "NOT AGREED")
    told = visit.page.inner_text("#result")
    for word in ("cured", "warned", "put into effect", "They differ for".upper()):
        assert word.lower() in told.lower(), told
    visit.picture("accord")
    visit.page.click("#es")
    assert "subsanada" in visit.page.inner_text("#result") and "advertida" in visit.page.inner_text("#result")
    visit.picture("acuerdo")
    assert not visit.complaints and not visit.stopped


def test_revealed_findings_stand_beside_the_incident_in_words(
    visit: Visit,
    claimed: Path,  # noqa: F811
) -> None:
    with opened(claimed, "ve") as mission:
        findings = read_results(mission.folder, "common").findings.sort_by("start")
        one, two = (each.hex() for each in findings["id"].to_pylist()[:2])
        reveals = {"one.json": shown(mission, one, parts=("what", "area")), "two.json": shown(mission, two)}
        data, alone, genesis = bundle_of(mission, reveals), reveals["two.json"], mission.state.genesis_digest
        none = bundle_of(mission, {})
    assert visit.check(data, trust=genesis) in ("VERIFIED", "NOT AGREED")
    told = visit.page.inner_text("#result")
    for sentence in (
        "Findings that bear on these claims",
        "On claim ve 1, by its time: Silence that coverage does not explain",
        "20 findings, 2 of them revealed in this file",
        "What is suspected",
        "of latitude",
        "simulated data, about nobody",
        "How strongly",
        "Withheld: About whom, and the exact place, Why, and what speaks for innocence, On which records.",
    ):
        assert sentence in told, sentence
    visit.picture("findings")
    visit.page.click("#es")
    told = visit.page.inner_text("#result")
    for sentence in ("Hallazgos que atañen", "2 de ellos revelados", "Qué se sospecha", "Con qué fuerza", "de latitud"):
        assert sentence in told, sentence
    assert "Findings" not in told and "What is suspected" not in told
    visit.picture("hallazgos")
    assert visit.check(alone) == "NO ACORDADO"
    visit.picture("hallazgo-solo")
    assert visit.check(alone[:-20] + b"0" + alone[-19:]) == "FALLÓ"
    assert visit.check(none) in ("VERIFICADO", "NO ACORDADO")
    assert "Nada de lo que se revela en este archivo les atañe" in visit.page.inner_text("#result")
    visit.picture("sin-hallazgos")
    assert visit.page.evaluate(CONTRAST) == []
    assert not visit.complaints and not visit.stopped
