// The bundle for reports draws every kind of chart where there is neither a document nor Intl nor timers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const bundle = readFileSync(new URL("../../public/pkg/report_charts.js", import.meta.url), "utf8");

// What QuickJS has: the language alone.
function bare() {
  const context = vm.createContext({});
  vm.runInContext("delete globalThis.Intl; delete globalThis.WebAssembly; delete globalThis.console;", context);
  vm.runInContext(bundle, context);
  return (option) => vm.runInContext(`renderChart(${JSON.stringify(JSON.stringify(option))}, 600, 300)`, context);
}

const months = ["2017-01", "2017-02", "2017-03"];
const cartesian = { xAxis: { type: "category", data: months, axisLabel: { formatter: "format:date" } }, yAxis: { type: "value", axisLabel: { formatter: "format:compact" } } };
const KINDS = {
  line: { ...cartesian, series: [{ type: "line", name: "Café", data: [1200000, 1500000, 900000], markPoint: { data: [{ type: "max" }] }, markLine: { data: [{ type: "average" }] } }], legend: {} },
  bar: { ...cartesian, series: [{ type: "bar", stack: "a", data: [1, 2, 3] }, { type: "bar", stack: "a", data: [3, 2, 1] }] },
  pie: { series: [{ type: "pie", data: [{ name: "Ñandú", value: 3 }, { name: "b", value: 1 }] }] },
  heatmap: { xAxis: { type: "category", data: months }, yAxis: { type: "category", data: ["a", "b"] }, visualMap: { min: 0, max: 9 }, series: [{ type: "heatmap", data: [[0, 0, 3], [1, 1, 9]] }] },
  treemap: { series: [{ type: "treemap", data: [{ name: "Grocery", value: 10 }, { name: "Fuel", value: 4 }] }] },
  scatter: { xAxis: {}, yAxis: {}, series: [{ type: "scatter", data: [[1, 2], [3, 4]] }] },
  gauge: { series: [{ type: "gauge", data: [{ value: 40, name: "share" }] }] },
  funnel: { series: [{ type: "funnel", data: [{ name: "a", value: 9 }, { name: "b", value: 3 }] }] },
  sankey: { series: [{ type: "sankey", data: [{ name: "a" }, { name: "b" }], links: [{ source: "a", target: "b", value: 5 }] }] },
  radar: { radar: { indicator: [{ name: "x", max: 5 }, { name: "y", max: 5 }, { name: "z", max: 5 }] }, series: [{ type: "radar", data: [{ value: [1, 2, 3] }] }] },
  boxplot: { ...cartesian, series: [{ type: "boxplot", data: [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]] }] },
  candlestick: { ...cartesian, series: [{ type: "candlestick", data: [[1, 2, 0, 3], [2, 1, 0, 3], [1, 3, 1, 4]] }] },
  sunburst: { series: [{ type: "sunburst", data: [{ name: "a", children: [{ name: "b", value: 1 }] }] }] },
};

test("every kind of chart", () => {
  const render = bare();
  for (const [kind, option] of Object.entries(KINDS)) {
    const svg = render(option);
    assert.match(svg, /^<svg[^>]*width="600"/, kind);
    const marks = svg.match(/<(path|text)\b/g) ?? [];
    assert.ok(marks.length >= 2, `${kind} drew ${marks.length} marks`);
    assertWellFormed(svg, kind);
    assert.doesNotMatch(svg, /var\(--|NaN|format:/, kind);
  }
});

test("text from data stays text", () => {
  const name = `<script>"O'Neill" & Söhne</script>`;
  const svg = bare()({ ...cartesian, title: { text: name }, legend: {}, series: [{ type: "bar", name, data: [{ name, value: 1 }, 2, 3] }] });
  assertWellFormed(svg, name);
  assert.doesNotMatch(svg, /<script/);
});

test("a zoom keeps its range and loses its handle", () => {
  const render = bare();
  const line = { ...cartesian, series: [{ type: "line", data: [1, 2, 3] }] };
  assert.equal(render({ ...line, dataZoom: [{ type: "slider" }] }).match(/<path/g).length, render({ ...line, dataZoom: [{ type: "slider", show: false }] }).match(/<path/g).length);
  assert.doesNotMatch(render({ ...line, dataZoom: [{ type: "slider", startValue: 1, endValue: 2 }] }), /Jan 2017/);
});

// Every tag is whole and closed in turn: what an XML reader would insist on.
function assertWellFormed(svg, what) {
  const open = [];
  const rest = svg.replace(/<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (_, end, tag, __, empty) => {
    if (end) assert.equal(open.pop(), tag, what);
    else if (!empty) open.push(tag);
    return "";
  });
  assert.deepEqual(open, [], what);
  assert.doesNotMatch(rest, /[<]/, what);
}

test("colours of the light tokens, a palette of the report's own, words of the language", () => {
  const render = bare();
  assert.match(render(KINDS.line), /#0b6e7f/i);
  assert.match(render({ ...KINDS.line, palette: { "--mark-1": "#123456" } }), /#123456/);
  assert.match(render(KINDS.line), /Jan 2017/);
  const spanish = render({ ...KINDS.line, locale: "es" });
  assert.match(spanish, /ene 2017/);
  assert.match(spanish, /1,5\u00a0M/);
  assert.match(spanish, /Café/);
});
