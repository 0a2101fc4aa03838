/*! A browser and a static server for it, as simple as the hosts of course pages.
 *
 * Used by the tests and by whoever else opens the built page. Must not know the page's content.
 */

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

/** The page lives below a path like this one, because course sites put it there: its own URLs must be relative. */
export const MOUNT = "/course/week-3/lightcone/";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser without a window, which asks nobody for anything. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A static server on this machine alone, as simple as the hosts of course pages: no headers but the type. */
export async function serve(folder) {
  if (!existsSync(join(folder, "index.html"))) {
    throw new Error(`there is no page in ${folder}: run \`cargo xtask build\` first`);
  }
  const extra = new Map();
  const listener = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const type = { "Content-Type": TYPES[extname(path)] ?? "text/html; charset=utf-8" };
    if (extra.has(path)) return response.writeHead(200, type).end(extra.get(path));
    const inside = normalize(path).startsWith(MOUNT) ? path.slice(MOUNT.length) || "index.html" : null;
    try {
      if (inside === null) throw new Error("not below the mount");
      response.writeHead(200, type).end(readFileSync(join(folder, inside)));
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" }).end(`no ${path}`);
    }
  });
  await new Promise((listening) => listener.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${listener.address().port}`,
    also(html) {
      const path = `/extra/${extra.size}.html`;
      extra.set(path, html);
      return path;
    },
    close: () => new Promise((closed) => {
      listener.closeAllConnections();
      listener.close(closed);
    }),
  };
}

/** Milliseconds from navigation to the first picture, by the browser's own measure. */
export async function firstContentfulPaint(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => {
          const paint = list.getEntriesByName("first-contentful-paint")[0];
          if (paint) done(paint.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};
