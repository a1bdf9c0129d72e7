// An option from the server becomes ECharts' own: tokens to colours, names to functions, data left alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare } from "./option.js";

const INK = { "--ink": "#17212b", "--mark-2": "#d1780a" };
const context = { token: (name) => INK[name] ?? `token ${name}`, language: "en", animation: true };

test("tokens become colours, in lists too", () => {
  const { option } = prepare({ color: ["var(--mark-2)", "#fff"], series: [{ itemStyle: { color: "var(--ink)" } }] }, context);
  assert.deepEqual(option.color, ["#d1780a", "#fff"]);
  assert.equal(option.series[0].itemStyle.color, "#17212b");
});

test("words and values from data are never read as tokens or formats", () => {
  const data = ["var(--ink)", "format:number", { name: "var(--ink)", value: 3, itemStyle: { color: "var(--ink)" } }];
  const { option } = prepare({ title: { text: "var(--ink)" }, xAxis: { data }, series: [{ name: "format:number", data }] }, context);
  assert.equal(option.title.text, "var(--ink)");
  assert.equal(option.series[0].name, "format:number");
  assert.deepEqual(option.xAxis.data.slice(0, 2), data.slice(0, 2));
  assert.equal(option.xAxis.data[2].name, "var(--ink)");
  assert.equal(option.xAxis.data[2].itemStyle.color, "#17212b");
});

test("named formatters become functions; the tooltip's heading follows the axis", () => {
  const { option } = prepare({ xAxis: { axisLabel: { formatter: "format:date" } }, yAxis: [{ axisLabel: { formatter: "{value} kg" } }], tooltip: { valueFormatter: "format:number" } }, context);
  assert.equal(option.xAxis.axisLabel.formatter("2017-11"), "Nov 2017");
  assert.equal(option.xAxis.axisPointer.label.formatter({ value: "2017-11" }), "Nov 2017");
  assert.equal(option.yAxis[0].axisLabel.formatter, "{value} kg");
  assert.equal(option.tooltip.valueFormatter(1234), "1,234");
  assert.equal(option.tooltip.renderMode, "richText");
});

test("our own keys stay with us and the given option is not changed", () => {
  const given = { keys: ["a"], palette: {}, locale: "es", series: [] };
  const before = structuredClone(given);
  const { option } = prepare(given, context);
  assert.deepEqual(Object.keys(option).sort(), ["animation", "aria", "series", "tooltip"]);
  assert.deepEqual(given, before);
});

test("a legend or a slider gets its room", () => {
  const top = (extra) => prepare({ xAxis: {}, yAxis: {}, ...extra }, context).option.grid;
  assert.equal(top({}).top, 12);
  assert.equal(top({ legend: {} }).top, 34);
  assert.equal(top({ legend: { show: false } }).top, 12);
  assert.equal(top({ dataZoom: [{ type: "slider" }] }).bottom, 38);
});
