/*! What is taken away is what is on screen: the texts of an exported picture stand where the page has painted them,
 * however the run is looked at, and other programs can read the other files.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { pageTest } from "./harness.mjs";
import { button, choose, dialog, scene, settled, step } from "./words.mjs";

/** Runs in each page before anything else: every canvas remembers the texts and circles that it shows. */
function remember() {
  const { clearRect, fillText, arc } = CanvasRenderingContext2D.prototype;
  Object.assign(CanvasRenderingContext2D.prototype, {
    clearRect(...at) {
      this.canvas.shown = { texts: [], circles: 0 };
      return clearRect.apply(this, at);
    },
    fillText(text, x, y) {
      this.canvas.shown?.texts.push(`${text} at ${x.toFixed(1)} ${y.toFixed(1)}`);
      return fillText.call(this, text, x, y);
    },
    arc(...circle) {
      if (this.canvas.shown) this.canvas.shown.circles += 1;
      return arc.apply(this, circle);
    },
  });
  const { toBlob } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.toBlob = function (...then) {
    globalThis.poster = { ...this.shown, width: this.width, height: this.height };
    return toBlob.apply(this, then);
  };
}

/** The file that an item of the export menu gives. */
async function exported(page, item) {
  await button(page, "Export").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
  return readFile(await download.path());
}

/** What the diagram's canvases show, from the top. */
async function painted(page) {
  await settled(page);
  await settled(page);
  const all = await page.locator("canvas.space-time-picture").evaluateAll((all) => all.map((one) => one.shown));
  return all.filter(Boolean);
}

/** The texts of an exported picture and how many circles it has. */
async function read(page, svg) {
  return page.evaluate((svg) => {
    const picture = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    if (picture.tagName !== "svg") throw new Error(picture.textContent);
    const texts = [...picture.querySelectorAll("text")].map((text) => {
      const [x, y] = ["x", "y"].map((side) => Number(text.getAttribute(side)).toFixed(1));
      return `${text.textContent} at ${x} ${y}`;
    });
    const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
    const paper = picture.querySelector(":scope > rect").getAttribute("fill");
    return { texts, circles: picture.querySelectorAll("circle").length, width, height, paper };
  }, svg);
}

/** The words without where they stand. */
const words = (texts) => texts.map((text) => text.replace(/ at \S+ \S+$/, "")).sort();

/** Fails unless both files show what the one canvas does. */
async function expectSame(page, what) {
  const [shown, ...others] = await painted(page);
  assert.equal(others.length, 0);
  const svg = await read(page, (await exported(page, "Diagram as SVG")).toString());
  assert.ok(svg.texts.length > 5, `${what}: ${svg.texts.length} texts`);
  assert.deepEqual(words(svg.texts), words(shown.texts), what);
  // A number is rounded here and there in another way.
  const near = (one, other) => Math.abs(one - other) < 0.11;
  const places = (texts) => texts.map((text) => [text.replace(/ at \S+ \S+$/, ""), ...text.split(" ").slice(-2).map(Number)]);
  const rest = places(shown.texts);
  for (const [word, x, y] of places(svg.texts)) {
    const found = rest.findIndex((other) => other[0] === word && near(other[1], x) && near(other[2], y));
    assert.notEqual(found, -1, `${what}: "${word}" stands elsewhere on screen than at ${x} ${y}`);
    rest.splice(found, 1);
  }
  assert.equal(svg.circles, shown.circles, what);
  const png = await exported(page, "Diagram as PNG");
  const poster = await page.evaluate(() => globalThis.poster);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [poster.width, poster.height]);
  assert.deepEqual([poster.width, poster.height], [Math.round(2 * svg.width), Math.round(2 * svg.height)], what);
  assert.deepEqual([words(poster.texts), poster.circles], [words(shown.texts), shown.circles], what);
  return svg;
}

async function arrange(page, ...names) {
  await button(page, "Lanes…").click();
  const lanes = dialog(page, "Lanes and marks");
  for (const name of names) {
    await lanes.getByRole("checkbox", { name, exact: true }).click();
    await settled(page);
  }
  await page.keyboard.press("Escape");
  await settled(page);
}

for (const colorScheme of ["light", "dark"]) {
  pageTest(`a picture is taken away as it is looked at, ${colorScheme}`, { colorScheme, before: remember }, async ({ page }) => {
    await scene(page, "telemetry");
    await step(page, 30);
    const whole = await expectSame(page, "the whole run");
    const papers = await page.evaluate((paper) => {
      // A canvas writes every colour in one way.
      const canvas = document.createElement("canvas").getContext("2d");
      const panel = getComputedStyle(document.documentElement).getPropertyValue("--panel").trim();
      return [paper, panel].map((colour) => Object.assign(canvas, { fillStyle: colour }).fillStyle);
    }, whole.paper);
    assert.equal(papers[0], papers[1], "the paper is the page's");
    await button(page, "Zoom in").click();
    const part = await expectSame(page, "a part of it");
    assert.notDeepEqual(words(part.texts), words(whole.texts));
    await button(page, "Fit").click();
    await arrange(page, "Fold idle stretches", "Time runs down");
    const down = await expectSame(page, "folded, with time running down");
    assert.notDeepEqual(down.texts, whole.texts);
    await arrange(page, "Fold idle stretches", "Time runs down", "Group by name", "Local events as blocks");
    await expectSame(page, "lanes in groups");
    await page.getByRole("combobox", { name: "View as" }).selectOption({ index: 1 });
    await expectSame(page, "as a node saw it");
  });
}

pageTest("two runs that are compared are taken away both", { before: remember }, async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 8);
  await page.getByRole("slider", { name: "Timeline" }).fill("2");
  await settled(page);
  await choose(page, /letter.*from alice to bob/, "Drop");
  await step(page, 6);
  await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  await button(page.getByRole("region", { name: "Inspector" }), "Compare with branch 1: The run as it starts").click();
  await settled(page);
  const both = await painted(page);
  assert.equal(both.length, 2);
  const svg = await read(page, (await exported(page, "Diagram as SVG")).toString());
  const rest = words(svg.texts);
  for (const word of both.flatMap(({ texts }) => words(texts))) {
    const found = rest.indexOf(word);
    assert.notEqual(found, -1, `"${word}" is not taken along`);
    rest.splice(found, 1);
  }
  assert.deepEqual(rest, ["branch 1", "this run"], "nothing else but what the runs are called");
  assert.equal(svg.circles, both.reduce((sum, { circles }) => sum + circles, 0));
});

pageTest("other programs can read what is taken away of a log", { before: remember }, async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 8);
  const log = (await exported(page, "Log for ShiViz")).toString();
  assert.match(log, /^\(\?<host>\\S\*\) \(\?<clock>\{\.\*\}\)\\n\(\?<event>\.\*\)\n\n(\S+ \{.*\}\n.+\n)+$/);
  const events = log.match(/^\S+ \{.*\}$/gm).length;
  const text = (await exported(page, "Sequence for Mermaid")).toString();
  assert.match(text, /^sequenceDiagram\n\s+%% .*can't/);
  // What was written is dropped, and has as many events; its picture is taken away like any other.
  const region = page.getByRole("region", { name: "Log", exact: true });
  const drop = (text, name) =>
    page.evaluate(([text, name]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
      }
    }, [text, name]);
  await drop(log, "again.log");
  await region.getByText("Ordered pairs").waitFor();
  assert.match(await region.locator("dl").innerText(), new RegExp(`Events\\s+${events}\\s`));
  await expectSame(page, "a log");
  // So is what is taken of the log as a run: the same events, hosts and pairs.
  const counts = await region.locator("dl").innerText();
  const record = (await exported(page, "Run as JSON")).toString();
  assert.match(record, /^\{"format":1,"scene":null,"seed":null,"settings":null,"log":\{"name":"again.log"/);
  await drop(record, "record.json");
  await region.getByText("Run of Lightcone").waitFor();
  await region.getByText("Ordered pairs").waitFor();
  assert.equal(await region.locator("dl").innerText(), counts);
});
