// The charts of reports: the same options as on the page, drawn to SVG text where there is no document.
import "./no_timers.js";
import { start } from "./echarts.js";
import { prepare, sliders } from "./option.js";
import tokens from "../../style/tokens.css";

// The values of the light theme: the first `:root` rule of the design tokens.
const LIGHT = Object.fromEntries([...tokens.slice(0, tokens.indexOf("}")).matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value.trim()]));

// `json`: the option; its `locale` ("es", "en") and `palette` ({"--ink": "#000"}) are optional. Sizes in CSS pixels.
globalThis.renderChart = function renderChart(json, width, height) {
  const option = JSON.parse(json);
  const palette = { ...LIGHT, ...option.palette };
  // Paper cannot be dragged: a zoom keeps its range and loses its handle.
  for (const zoom of sliders(option)) zoom.show = false;
  const language = String(option.locale ?? "en").slice(0, 2);
  const { option: prepared, theme } = prepare(option, { token: (name) => inAttribute(palette[name] ?? ""), language, animation: false });
  delete prepared.tooltip;
  const chart = start(null, theme, { language, ssr: true, width, height });
  try {
    chart.setOption(prepared);
    // The rules for hovering are of no use on paper.
    return chart.renderToSVGString().replace(/<style [\s\S]*?<\/style>/, "");
  } finally {
    chart.dispose();
  }
};

// ECharts writes the names of typefaces into an attribute as they are.
function inAttribute(value) {
  return value.replaceAll('"', "'").replace(/[<>&]/g, "");
}
