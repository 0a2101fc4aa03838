import { launch, serve, MOUNT } from "./serve.mjs";
import { button, scene, settled, step, switchOf } from "./words.mjs";
const server = await serve("/tmp/dist-fd");
console.log(Object.keys(server), server.origin);
const browser = await launch();
const [what] = process.argv.slice(2);
const runs = {
  timeouts: { breaks: [], run: 4000 },
  cascade: { breaks: ["Bandwidth is infinite"], run: 5000 },
  delivery: { breaks: ["The network is reliable"], run: 3000 },
  telemetry: { breaks: ["Transport cost is zero"], run: 4000 },
  batch: { breaks: ["Transport cost is zero"], run: 3000 },
};
for (const id of what ? what.split(",") : Object.keys(runs)) {
  for (const [width, height, colorScheme] of [[1440, 900, "dark"], [768, 1024, "light"], [360, 780, "light"]]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    page.on("console", (m) => m.type() === "error" && console.log(id, width, m.text()));
    await page.goto(`${server.origin}${MOUNT}?scene=${id}`);
    await page.waitForSelector("main");
    await page.waitForTimeout(1500);
    try {
      await page.getByRole("combobox", { name: "Scene" }).selectOption(id, { timeout: 3000 });
    } catch (e) { console.log("no combobox", String(e).slice(0, 200)); }
    await settled(page);
    for (const name of runs[id].breaks) {
      try { const tab = page.getByRole("tab", { name: /Faults|Assumptions|Switches/ }); if (await tab.count() && await tab.isVisible()) await tab.click(); await switchOf(page, name).click({ timeout: 3000 }); } catch (e) { console.log(id, width, "switch", String(e).slice(0, 300)); }
    }
    try {
      await button(page, "Run").click({ timeout: 3000 });
      await page.waitForTimeout(runs[id].run);
      await button(page, "Pause").click({ timeout: 3000 }).catch(() => {});
      if (width <= 768) { const tab = page.getByRole("tab", { name: /Diagram|Events|Picture/ }); if (await tab.count()) await tab.first().click({ timeout: 2000 }).catch(() => {}); }
      await button(page, "Measures").click({ timeout: 3000 });
      await page.waitForTimeout(800);
    } catch (e) { console.log(id, width, String(e).slice(0, 400)); }
    console.log(id, width, await page.getByRole("tab").allInnerTexts());
    await page.screenshot({ path: `/tmp/fd-${id}-${width}.png` });
    const panel = page.getByRole("region", { name: "Measures", exact: true });
    const cards = await panel.locator("h3").allInnerTexts().catch(() => []);
    console.log(id, width, cards.join(" | "));
    await context.close();
  }
}
await browser.close();
await server.close?.();
process.exit(0);
