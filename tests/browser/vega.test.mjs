// Specifications in Vega-Lite: valid by its schema, compiled without a warning, and drawn as SVG.
//
//   SPECS=folder FORMS="line slope …" node --test tests/browser/vega.test.mjs

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import * as vega from "vega";
import * as vegaLite from "vega-lite";

const SPECS = process.env.SPECS ?? "specs";
const FORMS = (process.env.FORMS ?? "").split(/\s+/).filter(Boolean);
const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("vega-lite/build/vega-lite-schema.json"), "utf8"));
const valid = new Ajv({ strict: false, allowUnionTypes: true, validateFormats: false }).compile(schema);
const files = readdirSync(SPECS, { recursive: true }).filter((f) => f.endsWith(".vl.json")).sort();

/** What Vega and Vega-Lite say, kept. */
function listener() {
  const said = [];
  const keep = (...words) => { said.push(words.map(String).join(" ")); return log; };
  const log = { level: () => log, warn: keep, error: keep, info: () => log, debug: () => log };
  return { said, log };
}

/** Every text that is drawn. */
const texts = (svg) => [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]*)(?=<)/g)].map((m) => m[1]);

test("every form has a specification here", () => {
  assert.ok(FORMS.length > 10, "no list of forms");
  const without = FORMS.filter((form) => !files.some((f) => f.endsWith(`-${form}.vl.json`)));
  assert.deepEqual(without, []);
});

for (const file of files) {
  test(file, async () => {
    const spec = JSON.parse(readFileSync(path.join(SPECS, file), "utf8"));
    assert.ok(valid(spec), JSON.stringify(valid.errors?.slice(0, 3)));
    const { said, log } = listener();
    const view = new vega.View(vega.parse(vegaLite.compile(spec, { logger: log }).spec), { renderer: "none", logger: log });
    await view.runAsync();
    const svg = await view.toSVG();
    view.finalize();
    assert.deepEqual(said, []);
    const words = texts(svg);
    for (const line of [...spec.title.text, ...spec.title.subtitle, ...spec.vconcat[0].title.text]) {
      assert.ok(words.includes(line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")), `not drawn: ${line}`);
    }
    for (const word of words) assert.ok(!/NaN|undefined|Infinity|^null$/.test(word), word);
    assert.ok(!/="[^"]*(?:NaN|Infinity)/.test(svg.replace(/ aria-label="[^"]*"/g, "")), "a mark without a place");
    // Marks stand for the rows with a value: more of them than nothing, or words that say why not.
    const valued = spec.data.values.some((row) => Number.isFinite(row.value ?? row.y));
    const marks = svg.match(/aria-roledescription="(?:point|line mark|rect mark|bar|tick|rule mark|area mark|square|circle)[^"]*"/g) ?? [];
    assert.ok(!valued || marks.length > 0, "nothing is drawn");
  });
}
