// <atalaya-chart> in a real browser, under the portal's content security policy: drawn, clicked, filtered, turned dark.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; object-src 'none'; base-uri 'none'";
const months = ["2017-01", "2017-02", "2017-03"];
const BAR = {
  tooltip: { trigger: "axis", valueFormatter: "format:money:USD" }, legend: {}, keys: ["jan", "feb", "mar"], seriesKeys: ["g", "f"],
  xAxis: { type: "category", data: months, axisLabel: { formatter: "format:date" } }, yAxis: { axisLabel: { formatter: "format:compact" } },
  series: [{ type: "bar", name: "Grocery", data: [1200000, 1500000, 900000] }, { type: "bar", name: "Fuel", data: [300000, 200000, 100000] }],
};
const HEAT = {
  xAxis: { type: "category", data: months }, yAxis: { type: "category", data: ["Mon", "Tue"] }, visualMap: { show: false, min: 0, max: 9 },
  series: [{ type: "heatmap", data: [[0, 0, 3], { value: [2, 1, 9], key: 3, seriesKey: 7 }] }],
};
const escaped = (option) => JSON.stringify(option).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const PAGE = `<!doctype html><html lang="es"><head><title>Charts</title><meta charset="utf-8"><link rel="stylesheet" href="/pkg/portal.css"><link rel="stylesheet" href="/page.css"></head><body>
<main><h1>Charts</h1><div class="box"><atalaya-chart id="bar" data-option="${escaped(BAR)}"></atalaya-chart></div>
<div class="box"><atalaya-chart id="heat" role="img" aria-label="When people buy"><script type="application/json">${JSON.stringify(HEAT)}</script></atalaya-chart></div></main>
<script src="/page.js"></script><script type="module" src="/pkg/charts.js"></script></body></html>`;
const FILES = {
  "/page.css": ["text/css", ".box { height: 240px; width: 500px }"],
  "/page.js": ["text/javascript", "window.clicks = []; addEventListener('markclick', (event) => clicks.push(event.detail)); window.refused = []; addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective + ' ' + event.sourceFile));"],
};

let site, driver, browser;

before(async () => {
  site = createServer((request, response) => {
    response.setHeader("content-security-policy", POLICY);
    const send = (type, body) => response.setHeader("content-type", type).end(body);
    if (request.url === "/") return send("text/html", PAGE);
    if (FILES[request.url]) return send(...FILES[request.url]);
    if (!/^\/pkg\/[\w.-]+$/.test(request.url)) return response.writeHead(404).end();
    const type = request.url.endsWith(".css") ? "text/css" : request.url.endsWith(".js") ? "text/javascript" : "font/woff2";
    send(type, readFileSync(new URL("../../public" + request.url, import.meta.url)));
  });
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  driver = spawn(process.env.CHROMEDRIVER ?? "chromedriver", ["--port=0"]);
  const port = await new Promise((found) => {
    let said = "";
    driver.stdout.on("data", (text) => { const match = (said += text).match(/successfully on port (\d+)/); if (match) found(match[1]); });
  });
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1000,800"];
  const base = `http://127.0.0.1:${port}/session`;
  const ask = async (url, body, method = "POST") => {
    const answer = await (await fetch(url, { method, body: body && JSON.stringify(body) })).json();
    if (answer.value?.error) throw new Error(answer.value.message);
    return answer.value;
  };
  const session = `${base}/${(await ask(base, { capabilities: { alwaysMatch: { "goog:chromeOptions": { args } } } })).sessionId}`;
  browser = {
    go: (url) => ask(session + "/url", { url }),
    run: (script, ...args) => ask(session + "/execute/sync", { script, args }),
    async until(expression) {
      for (let tries = 0; tries < 100; tries++) {
        if (await browser.run(`return ${expression}`)) return;
        await new Promise((later) => setTimeout(later, 50));
      }
      throw new Error(`still not so: ${expression}`);
    },
    mouse: (x, y, click) => ask(session + "/actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: [
      { type: "pointerMove", duration: 50, x: Math.round(x), y: Math.round(y) },
      ...(click ? [{ type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }] : []),
    ] }] }),
    close: () => ask(session, undefined, "DELETE"),
  };
  await browser.go(`http://127.0.0.1:${site.address().port}/`);
  await browser.until("document.querySelectorAll('atalaya-chart svg').length === 2");
  await new Promise((drawn) => setTimeout(drawn, 1200)); // the first animation
});

after(async () => {
  await browser?.close();
  driver?.kill();
  site?.close();
});

const words = () => browser.run("return [...document.querySelectorAll('#bar text')].map((text) => text.textContent)");
// Where a mark stands in the window.
const place = (id, finder, value) => browser.run(
  "const e = document.getElementById(arguments[0]), b = e.getBoundingClientRect(), p = e.chart.convertToPixel(arguments[1], arguments[2]); return [b.x + p[0], b.y + p[1]];", id, finder, value);

test("it is drawn in the page's language", async () => {
  const shown = (await words()).map((text) => text.replaceAll("\u00a0", " "));
  for (const expected of ["ene 2017", "1,5 M", "Grocery"]) assert.ok(shown.includes(expected), `${expected} in ${shown}`);
});

test("a click on a mark tells category, series and their keys", async () => {
  const [x, y] = await place("bar", { xAxisIndex: 0, yAxisIndex: 0 }, ["2017-02", 700000]);
  await browser.mouse(x - 12, y, true);
  const [heatX, heatY] = await place("heat", { seriesIndex: 0 }, [2, 1]);
  await browser.mouse(heatX, heatY, true);
  const [bar, heat] = await browser.run("return window.clicks");
  assert.deepEqual(bar, { category: "2017-02", series: "Grocery", seriesIndex: 0, value: 1500000, dataIndex: 1, name: "2017-02", key: "feb", seriesKey: "g" });
  assert.equal(heat.category, "2017-03");
  assert.deepEqual([heat.key, heat.seriesKey], [3, 7]);
  assert.deepEqual(heat.value, [2, 1, 9]);
});

test("the tooltip is drawn as text of the chart, with named formats", async () => {
  const [x, y] = await place("bar", { xAxisIndex: 0, yAxisIndex: 0 }, ["2017-01", 700000]);
  await browser.mouse(x, y);
  await browser.until("[...document.querySelectorAll('#bar text')].some((text) => text.textContent.includes('$'))");
  assert.equal(await browser.run("return document.querySelectorAll('#bar .chart-surface > div').length"), 1);
});

test("it describes itself where the page does not", async () => {
  const described = (id) => browser.run("return document.querySelector(arguments[0]).getAttribute('aria-label')", `#${id} .chart-surface`);
  assert.match(await described("bar"), /Grocery/);
  assert.equal(await described("heat"), null);
});

test("what the legend hides stays hidden when other figures arrive", async () => {
  await browser.run("document.getElementById('bar').chart.dispatchAction({ type: 'legendUnSelect', name: 'Fuel' })");
  await browser.run("document.getElementById('bar').dataset.option = arguments[0]", JSON.stringify({ ...BAR, xAxis: { ...BAR.xAxis, data: ["2018-01", "2018-02", "2018-03"] } }));
  await browser.until("[...document.querySelectorAll('#bar text')].some((text) => text.textContent.includes('ene\\u00a02018') || text.textContent.includes('ene 2018'))");
  assert.equal(await browser.run("return document.getElementById('bar').chart.getOption().legend[0].selected.Fuel"), false);
});

test("it turns dark with the page", async () => {
  const inks = () => browser.run("return [...document.querySelectorAll('#bar path')].map((path) => path.getAttribute('fill'))");
  const before = await inks();
  await browser.run("document.documentElement.dataset.theme = 'dark'");
  await browser.until("[...document.querySelectorAll('#bar path')].some((path) => path.getAttribute('fill') === getComputedStyle(document.documentElement).getPropertyValue('--mark-1').trim())");
  assert.notDeepEqual(await inks(), before);
});

test("it follows its box and leaves nothing behind", async () => {
  await browser.run("document.querySelector('.box').style.width = '300px'");
  await browser.until("document.querySelector('#bar svg').getAttribute('width') === '300'");
  await browser.run("window.kept = document.getElementById('heat'); kept.remove()");
  assert.equal(await browser.run("return kept.querySelectorAll('svg').length"), 0);
});

test("the policy refused nothing, and axe finds nothing", async () => {
  assert.deepEqual(await browser.run("return window.refused"), []);
  await browser.run("const script = document.createElement('script'); script.src = '/pkg/axe.min.js'; document.head.append(script)");
  await browser.until("window.axe !== undefined");
  await browser.run("axe.run().then((found) => { window.found = found.violations.map((one) => one.id + ': ' + one.nodes[0].html) })");
  await browser.until("window.found !== undefined");
  assert.deepEqual(await browser.run("return window.found"), []);
});
