// Makes a chart's option, as the server sent it, ready for ECharts: colours from the tokens, named formatters, the look.
import { named } from "./formats.js";
import { look } from "./look.js";
import { onClock } from "./zone.js";

// `token(name)` gives the value of a design token such as "--ink"; `language` is "es" or "en"; `zone` is the organisation's clock.
// The same option, given other tokens, is the same chart in another theme.
export function prepare(option, { token, language, animation, zone }) {
  const prepared = onClock(resolve(option, { token, language }, ""), zone);
  const theme = resolve(look(), { token, language }, "");
  prepared.animation = animation && prepared.animation !== false;
  prepared.tooltip = prepared.tooltip && { ...prepared.tooltip, renderMode: "richText", confine: true };
  prepared.aria ??= { enabled: true };
  for (const axis of axes(prepared)) {
    const formatter = axis.axisLabel?.formatter;
    // The heading of a tooltip names the category in the same words as the axis.
    if (typeof formatter === "function") {
      axis.axisPointer = { ...axis.axisPointer, label: { formatter, ...axis.axisPointer?.label } };
    }
  }
  if (prepared.grid === undefined && (prepared.xAxis !== undefined || prepared.yAxis !== undefined)) {
    prepared.grid = { ...theme.grid, top: shown(prepared.legend) ? 34 : theme.grid.top, bottom: sliders(prepared).length ? 38 : theme.grid.bottom };
  }
  for (const zoom of sliders(prepared)) {
    if (zoom.top === undefined && zoom.bottom === undefined) Object.assign(zoom, { bottom: 2, height: zoom.height ?? 20 });
  }
  for (const name of OURS) delete prepared[name];
  return { option: prepared, theme };
}

// What we say to ourselves in an option and ECharts need not see.
const OURS = ["keys", "seriesKeys", "locale", "palette"];

// Text below these keys is data or words for people: it is shown as it is, whatever it looks like.
const WORDS = new Set(["name", "value", "text", "subtext", "description", "key", "seriesKey", "id"]);
const DATA = new Set(["data", "source", "keys", "seriesKeys", "dimensions", "categories"]);

function resolve(value, context, key) {
  if (typeof value === "string") return word(value, context, key);
  if (Array.isArray(value)) {
    return value.map((item) => (typeof item === "string" && DATA.has(key) ? item : resolve(item, context, key)));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner, context, name)]));
}

function word(text, { token, language }, key) {
  if (WORDS.has(key)) return text;
  if (text.startsWith("var(--")) return token(text.slice(4).replace(/[),].*$/, "").trim());
  return /formatter$/i.test(key) ? named(text, language) ?? text : text;
}

function axes(option) {
  return [option.xAxis, option.yAxis].flat().filter(Boolean);
}

function shown(component) {
  return [component].flat().some((one) => one && one.show !== false);
}

export function sliders(option) {
  return [option.dataZoom].flat().filter((zoom) => zoom && zoom.type !== "inside" && zoom.show !== false);
}
