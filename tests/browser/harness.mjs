/*! What the browser tests stand on: a server, a browser, and eyes for what goes wrong.
 *
 * A test is `pageTest(name, options?, async (open) => …)`. It gets the built page in a profile of its own, and
 * fails not only when an assertion does, but also when the page logs an error, breaks its content policy, asks
 * another host for anything, or cannot load something of its own. Knows the browser and the built files; must not
 * know the page's content.
 */

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { MOUNT, launch, serve } from "./serve.mjs";

export { firstContentfulPaint } from "./serve.mjs";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
/** The built page. */
export const DIST = process.env.LIGHTCONE_DIST ?? join(ROOT, "target/dist");
/** The native program. */
export const CLI = process.env.LIGHTCONE_CLI ?? join(ROOT, "target/debug/lightcone");
const SCREENSHOTS = join(ROOT, "target/screenshots");

/** A pinned list, not axe's default run, which leaves `target-size` out. */
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Registers a test of the built page.
 *
 * Options are those of `openPage`, and `expectProblems: true` for a test that looks at `open.problems` itself.
 */
export function pageTest(name, ...rest) {
  const [options, body] = rest.length === 2 ? rest : [{}, rest[0]];
  test(name, { timeout: 180_000 }, async (t) => {
    const open = await openPage(options);
    try {
      await body({ ...open, t, note: (text) => t.diagnostic(text) });
      if (!options.expectProblems) {
        await open.settle();
        assert.deepEqual(open.problems, [], "the page had problems although every assertion held");
      }
    } catch (error) {
      // An assertion often fails because of what the page complained about: show both.
      for (const problem of open.problems) t.diagnostic(`problem: ${problem}`);
      await open.screenshot(`failed-${name.replaceAll(/[^a-z0-9]+/gi, "-")}`).catch(() => {});
      throw error;
    } finally {
      await open.close();
    }
  });
}

/**
 * Opens the built page in a fresh profile and waits until it has drawn itself.
 *
 * @param {object} options
 *   `hash`: the URL's fragment, with its `#`; `query`: its query, with its `?`; `waitFor`: a selector that says the
 *   page is there (default `main`, null not to wait); `viewport`: `{ width, height }` (default 1440 × 900);
 *   `colorScheme`: "light" (default) or "dark"; `reducedMotion`: "reduce"; `forcedColors`: "active"; `touch`: true;
 *   `permissions`: such as `["clipboard-read"]`; `html`: a page to test instead of the built one; `before`: a function
 *   that runs in each page before anything of it does.
 * @returns `page` (Playwright's), `url`, `problems` (an array that fills), `context`, `another(options)` for a second
 *   tab of the same profile, `slowDown(times)` as on a machine that is so many times slower, `settle()`, `screenshot(name)`, `expectAccessible(where)`, `close()`.
 */
export async function openPage(options = {}) {
  const server = await theServer();
  const browser = await theBrowser();
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1440, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: options.reducedMotion ?? "no-preference",
    forcedColors: options.forcedColors ?? "none",
    hasTouch: options.touch ?? false,
    permissions: options.permissions,
  });
  const problems = [];
  await watch(context, server.origin, problems);
  if (options.before) await context.addInitScript(options.before);
  const visit = async (visited) => {
    const page = await context.newPage();
    const path = visited.html === undefined ? MOUNT : server.also(visited.html);
    const url = `${server.origin}${path}${visited.query ?? ""}${visited.hash ?? ""}`;
    await page.goto(url);
    const drawn = visited.waitFor === undefined ? "main" : visited.waitFor;
    if (drawn !== null) {
      await page.waitForSelector(drawn).catch((error) => {
        throw new Error(`the page never showed \`${drawn}\`; problems: ${JSON.stringify(problems)}`, { cause: error });
      });
    }
    if (process.env.LIGHTCONE_PAGES_OPENED) appendFileSync(process.env.LIGHTCONE_PAGES_OPENED, `${url}\n`);
    return page;
  };
  const page = await visit(options);
  return {
    page,
    context,
    problems,
    url: page.url(),
    another: visit,
    slowDown: async (times) => {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: times });
    },
    settle: () => settle(context),
    screenshot: (name, of = page) => screenshot(of, name),
    expectAccessible: (where = {}) => expectAccessible(where.page ?? page, where),
    close: () => context.close(),
  };
}

/** Fails with every violation of WCAG 2.2 AA that axe can find, optionally only inside `include`. */
export async function expectAccessible(page, { include, exclude } = {}) {
  // Through the debugger's channel, which the page's content policy does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async ({ tags, include, exclude }) => {
      const where = { include: include ? [include] : [["html"]], exclude: exclude ? [exclude] : [] };
      const found = await globalThis.axe.run(where, { runOnly: { type: "tag", values: tags } });
      return found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(" ")}: ${node.failureSummary}`),
      );
    },
    { tags: WCAG_22_AA, include, exclude },
  );
  assert.deepEqual(violations, [], "axe found violations of WCAG 2.2 AA");
}

/** Saves a picture below `target/screenshots`, for people, and returns its path. */
export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Collects everything that a page of this profile should not do. */
async function watch(context, origin, problems) {
  const own = (url) => url.startsWith(`${origin}/`) || /^(data|blob|about):/.test(url);
  await context.route(
    (url) => !own(url.href),
    (route) => {
      problems.push(`request to another host: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on("console", (message) => {
    if (message.type() === "error") problems.push(`console error: ${message.text()}`);
  });
  context.on("weberror", (error) => problems.push(`uncaught error: ${error.error()}`));
  context.on("response", (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  // Besides the console's word, since a violation inside a caught promise may leave none.
  await context.exposeBinding("lightconePolicyViolated", (_source, text) => {
    problems.push(`content policy violated: ${text}`);
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.lightconePolicyViolated(`${event.effectiveDirective} by ${event.blockedURI} ${event.sample}`);
    });
  });
}

/** Lets what the pages have started come to its end, so that a late complaint belongs to the right test. */
async function settle(context) {
  for (const page of context.pages()) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50))));
  }
}

let server;
let browser;

/** One server and one browser for all tests of a file; profiles are what is fresh. */
function theServer() {
  server ??= serve(DIST);
  return server;
}

function theBrowser() {
  browser ??= launch();
  return browser;
}

after(async () => {
  await (await browser)?.close();
  await (await server)?.close();
});
