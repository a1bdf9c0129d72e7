// Named formatters show numbers and dates as a reader of each language writes them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { named } from "./formats.js";

const CASES = [
  ["format:number", 1469307, "1,469,307", "1 469 307"],
  ["format:number", 29.4913, "29.49", "29,49"],
  ["format:number:0", -12785.4, "-12,785", "-12 785"],
  ["format:number:0", -0.2, "0", "0"],
  ["format:compact", 4596039.58, "4.6M", "4,6 M"],
  ["format:compact", 791650.64, "792k", "792 k"],
  ["format:compact", 999999, "1M", "1 M"],
  ["format:compact", 20940529, "20.9M", "20,9 M"],
  ["format:compact", 12, "12", "12"],
  ["format:percent", 0.147, "14.7%", "14,7 %"],
  ["format:percent:0", 1, "100%", "100 %"],
  ["format:money:USD", 4596039.58, "$4,596,040", "4 596 040 $"],
  ["format:money:EUR", -29.5, "-€29.50", "-29,50 €"],
  ["format:money", 5, "5.00", "5,00"],
  ["format:compact-money:USD", 4596039.58, "$4.6M", "4,6 M $"],
  ["format:date", "2017-11-03", "3 Nov 2017", "3 nov 2017"],
  ["format:date", "2017-11", "Nov 2017", "nov 2017"],
  ["format:date", Date.UTC(2018, 0, 1), "1 Jan 2018", "1 ene 2018"],
  ["format:date:quarter", "2017-11-03", "Q4 2017", "T4 2017"],
  ["format:date:hour", "2017-11-03 16:05:00", "3 Nov 16:05", "3 nov 16:05"],
  ["format:date:year", "2017", "2017", "2017"],
];

test("each format in both languages", () => {
  for (const [format, value, english, spanish] of CASES) {
    assert.equal(named(format, "en")(value), english, `${format} of ${value}`);
    assert.equal(named(format, "es")(value).replaceAll("\u00a0", " "), spanish, `${format} of ${value}`);
  }
});

test("a missing value is a dash, other text stays", () => {
  for (const missing of [null, undefined, "", NaN]) assert.equal(named("format:number", "en")(missing), "–");
  assert.equal(named("format:number", "en")("n/a"), "n/a");
  assert.equal(named("format:date", "en")("not a day"), "not a day");
});

test("only names of the list are formats", () => {
  for (const text of ["format:constructor", "format:__proto__", "{b}: {c}", "number", "format:"]) {
    assert.equal(named(text, "en"), undefined, text);
  }
});

test("a series label is given a mark, not a number", () => {
  const label = named("format:compact", "en");
  assert.equal(label({ value: 1200, name: "Grocery" }), "1.2k");
  assert.equal(label({ value: ["Mon", 3, 4500], componentSubType: "heatmap" }), "4.5k");
  assert.equal(label({ value: ["2017-01", 10, 2500], encode: { y: [2] } }), "2.5k");
  assert.equal(label({ value: { month: "2017-01", sales: 2500 }, encode: { y: [1] }, dimensionNames: ["month", "sales"] }), "2.5k");
});
