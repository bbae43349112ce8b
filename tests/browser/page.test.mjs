// Opens a page of systemic in a real browser, as a reader would: from disk, without a network.
//
//   PAGE=out/report.html LARGE=large/report.html node --test tests/browser/page.test.mjs
//
// Pictures go to tests/browser/made, to be looked at.

import assert from "node:assert/strict";
import { readFileSync, mkdirSync, statSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const made = path.join(here, "made");
const PAGE = path.resolve(process.env.PAGE ?? "out/report.html");
const LARGE = process.env.LARGE && path.resolve(process.env.LARGE);
const FORMS = process.env.FORMS_PAGE && path.resolve(process.env.FORMS_PAGE);
const AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MAX_BYTES = 5_000_000;
const MAX_MILLISECONDS = 2_000;

let browser;

before(async () => {
  mkdirSync(made, { recursive: true });
  const names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? names.find(existsSync),
    // Root in a container has no sandbox; the page is our own.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
});
after(() => browser?.close());

/** A tab of this width with the page in it; every request but that of the page itself is kept. */
async function open(file, { width = 1280, height = 900, dark = false, script = true, reduced = false } = {}) {
  const tab = await browser.newPage();
  tab.asked = [];
  tab.faults = [];
  tab.on("request", (r) => tab.asked.push(r.url()));
  tab.on("pageerror", (e) => tab.faults.push(String(e)));
  tab.on("console", (m) => m.type() === "error" && tab.faults.push(m.text()));
  await tab.setJavaScriptEnabled(script);
  await tab.setViewport({ width, height });
  await tab.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
    { name: "prefers-reduced-motion", value: reduced ? "reduce" : "no-preference" },
  ]);
  await tab.goto(pathToFileURL(file).href, { waitUntil: "load" });
  return tab;
}

async function violations(tab) {
  // The page's own policy refuses scripts that are not its own: the test's is put in through the debugger.
  await tab.evaluate(axe);
  const found = await tab.evaluate(
    (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
    AA,
  );
  return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
}

test("nothing is asked of a network, and nothing goes wrong", async () => {
  const tab = await open(PAGE);
  await tab.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.deepEqual(tab.asked, [pathToFileURL(PAGE).href]);
  assert.deepEqual(tab.faults, []);
  const html = readFileSync(PAGE, "utf8");
  assert.ok(!/(?:src|href)="(?:https?:)?\/\//.test(html), "an address outside");
  await tab.close();
});

for (const [width, dark] of [[1280, false], [1280, true], [320, false], [768, true]]) {
  test(`axe finds nothing at ${width} pixels, ${dark ? "dark" : "light"}`, { timeout: 300_000 }, async () => {
    const tab = await open(PAGE, { width, dark });
    assert.deepEqual(await violations(tab), []);
    // What is folded is read too; one article stands for the others, which are made alike.
    await tab.evaluate(() =>
      document.querySelectorAll("#glance details, #data details, #methods details, article:nth-of-type(-n+4) details").forEach((d) => (d.open = true)),
    );
    assert.deepEqual(await violations(tab), []);
    await tab.close();
  });
}

test("headings are in order, landmarks are there, and ids are unique", async () => {
  const tab = await open(PAGE);
  const { levels, marks, ids } = await tab.evaluate(() => ({
    levels: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((h) => Number(h.tagName[1])),
    marks: ["header", "nav", "main", "footer"].map((m) => document.querySelectorAll(`body ${m}`).length),
    ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
  }));
  assert.equal(levels[0], 1);
  assert.equal(levels.filter((l) => l === 1).length, 1);
  levels.slice(1).forEach((l, i) => assert.ok(l <= levels[i] + 1, `level ${l} after ${levels[i]}`));
  assert.deepEqual(marks, [1, 1, 1, 1]);
  assert.equal(new Set(ids).size, ids.length);
  const tables = await tab.$$eval("table", (all) => all.map((t) => [!!t.caption, t.querySelectorAll("th:not([scope])").length]));
  assert.ok(tables.length > 3 && tables.every(([caption, bare]) => caption && bare === 0));
  const unnamed = await tab.$$eval("svg", (all) => all.filter((s) => s.getAttribute("role") !== "img" || !s.querySelector("title")?.textContent || !s.querySelector("desc")?.textContent).length);
  assert.equal(unnamed, 0);
  await tab.close();
});

test("links within the page lead somewhere, and those to files to files that are there", async () => {
  const tab = await open(PAGE);
  const links = await tab.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
  const ids = new Set(await tab.$$eval("[id]", (all) => all.map((e) => e.id)));
  for (const link of new Set(links)) {
    if (link.startsWith("#")) assert.ok(ids.has(link.slice(1)), link);
    else assert.ok(existsSync(path.join(path.dirname(PAGE), decodeURIComponent(link))), link);
  }
  assert.ok(links.some((l) => l.endsWith(".parquet")) && links.some((l) => l.endsWith(".csv")));
  await tab.close();
});

test("the page is read without a script", async () => {
  const tab = await open(PAGE, { script: false });
  const seen = await tab.evaluate(() => ({
    answers: [...document.querySelectorAll(".answer")].filter((a) => a.offsetHeight > 0).length,
    articles: document.querySelectorAll("article").length,
    rows: document.querySelectorAll("#summary-table tbody tr").length,
    controls: [...document.querySelectorAll("form,.theme")].filter((e) => e.offsetHeight > 0).length,
  }));
  assert.ok(seen.articles > 0 && seen.answers >= seen.articles, JSON.stringify(seen));
  assert.ok(seen.rows > 0);
  assert.equal(seen.controls, 0, "controls that do nothing are not shown");
  await tab.close();
});

test("columns sort by exact values, those without one last", async () => {
  const tab = await open(PAGE);
  const column = await tab.$$eval("#summary-table thead th", (all) => all.findIndex((h) => h.textContent.trim() === "n"));
  const read = () =>
    tab.$$eval("#summary-table tbody tr", (rows, c) => rows.map((r) => r.cells[c].dataset.v).map((v) => (v === undefined ? null : Number(v))), column);
  const button = (await tab.$$("#summary-table thead th button"))[column];
  await button.focus();
  await tab.keyboard.press("Enter");
  const down = (await read()).filter((v) => v !== null);
  assert.ok(down.length > 2);
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.equal(await tab.$eval("#summary-table [aria-sort]", (h) => h.getAttribute("aria-sort")), "descending");
  await tab.keyboard.press("Space");
  const all = await read();
  const up = all.filter((v) => v !== null);
  assert.deepEqual(up, [...down].reverse());
  assert.ok(all.slice(up.length).every((v) => v === null), "cells without a value come last");
  await tab.close();
});

test("rows are filtered by platform, by words, and all come back", async () => {
  const tab = await open(PAGE);
  const shown = () => tab.$$eval("#summary-table tbody tr:not([hidden])", (rows) => rows.map((r) => r.cells[0].textContent));
  const all = (await shown()).length;
  const platform = await tab.$eval("#filter-platform option:last-child", (o) => o.value);
  await tab.select("#filter-platform", platform);
  const some = await shown();
  assert.ok(some.length > 0 && some.length < all && some.every((p) => p === platform));
  assert.equal(await tab.$eval(".shown", (e) => e.textContent), `${some.length} of ${all} rows`);
  await tab.type("#filter-text", "no row has these words");
  assert.equal((await shown()).length, 0);
  await tab.click(".filter button");
  await tab.waitForFunction((n) => document.querySelectorAll("#summary-table tbody tr:not([hidden])").length === n, {}, all);
  await tab.close();
});

test("figures say exact values to pointer and keys, and Escape takes them away", async () => {
  const tab = await open(PAGE, { reduced: true });
  const drawing = await tab.$(".drawing:has(metadata)");
  assert.ok(drawing, "no figure has values");
  await drawing.scrollIntoView();
  const place = await drawing.evaluate((d) => {
    const svg = d.querySelector("svg");
    const [x, y] = JSON.parse(svg.querySelector("metadata").textContent).values[0];
    const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
    return { x: at.x, y: at.y };
  });
  await tab.mouse.move(place.x + 2, place.y + 1);
  const tip = () => tab.$eval("#tip", (e) => (e.hidden ? null : e.textContent));
  assert.match(await tip(), /\d/);
  await tab.screenshot({ path: path.join(made, "tooltip.png") });
  await tab.keyboard.press("Escape");
  assert.equal(await tip(), null);
  await drawing.focus();
  await tab.keyboard.press("ArrowRight");
  const first = await tip();
  await tab.keyboard.press("ArrowRight");
  assert.ok(first && (await tip()) !== first);
  await tab.close();
});

test("every form says its exact values to pointer and keys", { skip: FORMS ? false : "no FORMS_PAGE given" }, async () => {
  const tab = await open(FORMS, { reduced: true });
  const drawings = await tab.$$(".drawing");
  assert.equal(drawings.length, 5);
  const tip = () => tab.$eval("#tip", (e) => (e.hidden ? null : e.textContent));
  for (const drawing of drawings) {
    const { title, values, labels } = await drawing.evaluate((d) => {
      const data = JSON.parse(d.querySelector("svg > metadata")?.textContent ?? "{}");
      return { title: d.querySelector("title").textContent, values: data.values ?? [], labels: data.labels };
    });
    assert.ok(values.length > 1, `${title} has no values`);
    await drawing.scrollIntoView();
    const place = await drawing.evaluate((d, [x, y]) => {
      const at = new DOMPoint(x, y).matrixTransform(d.querySelector("svg").getScreenCTM());
      return { x: at.x, y: at.y };
    }, values[0]);
    await tab.mouse.move(place.x, place.y);
    const said = await tip();
    // Two marks may stand at one place: what is said is of one that stands there.
    const here = values.filter(([x, y]) => x === values[0][0] && y === values[0][1]).map(([, , label, text]) => `${labels[label]}: ${text}`);
    assert.ok(here.includes(said), `${title}: ${said}`);
    await tab.screenshot({ path: path.join(made, `tooltip-${drawings.indexOf(drawing)}.png`) });
    await tab.keyboard.press("Escape");
    assert.equal(await tip(), null);
    await drawing.focus();
    await tab.keyboard.press("ArrowRight");
    assert.equal(await tip(), `${labels[values[0][2]]}: ${values[0][3]}`, title);
    await tab.keyboard.press("ArrowLeft");
    const last = values.at(-1);
    assert.equal(await tip(), `${labels[last[2]]}: ${last[3]}`, title);
    await tab.keyboard.press("Escape");
  }
  await tab.close();
});

test("the reader can choose light or dark", async () => {
  const tab = await open(PAGE, { dark: true });
  const ground = () => tab.$eval("body", (b) => getComputedStyle(b).backgroundColor);
  const dark = await ground();
  await tab.select("#theme", "light");
  assert.notEqual(await ground(), dark);
  const paper = await tab.$eval(".drawing", (d) => getComputedStyle(d).backgroundColor);
  assert.equal(paper, "rgb(255, 255, 255)", "figures stand on paper");
  await tab.close();
});

for (const width of [320, 768, 1280]) {
  test(`at ${width} pixels nothing runs out of the page`, async () => {
    const tab = await open(PAGE, { width, height: width < 700 ? 640 : 900 });
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} pixels`);
    await tab.screenshot({ path: path.join(made, `top-${width}.png`) });
    for (const id of ["summary", "indicators", "missing", "methods"]) {
      await tab.evaluate((i) => document.getElementById(i).scrollIntoView({ behavior: "instant" }), id);
      await tab.screenshot({ path: path.join(made, `${id}-${width}.png`) });
    }
    await tab.close();
  });
}

test("pictures in dark colours", async () => {
  const tab = await open(PAGE, { dark: true });
  await tab.screenshot({ path: path.join(made, "top-dark.png") });
  await tab.evaluate(() => document.getElementById("indicators").scrollIntoView({ behavior: "instant" }));
  await tab.screenshot({ path: path.join(made, "indicators-dark.png") });
  await tab.close();
});

test("it prints", { timeout: 300_000 }, async () => {
  const tab = await open(PAGE);
  const file = path.join(made, "page.pdf");
  await tab.pdf({ path: file, format: "A4", timeout: 240_000 });
  assert.ok(statSync(file).size > 50_000);
  await tab.close();
});

test("a page of many platforms stays small and opens soon", { skip: LARGE ? false : "no LARGE given", timeout: 300_000 }, async () => {
  assert.ok(statSync(LARGE).size < MAX_BYTES, `${statSync(LARGE).size} bytes`);
  const times = [];
  for (let i = 0; i < 3; i += 1) {
    const tab = await open(LARGE);
    times.push(await tab.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
    await tab.close();
  }
  const least = Math.min(...times);
  console.log(`the large page: ${statSync(LARGE).size} bytes, ${times.map(Math.round).join(", ")} ms`);
  assert.ok(least > 0 && least < MAX_MILLISECONDS, `${least} ms`);
});
