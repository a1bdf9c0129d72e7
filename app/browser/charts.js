// <atalaya-chart>: a chart from an option that the server wrote into the page, in the page's language and theme.
//
// The option stands in the attribute `data-option`, or in a child <script type="application/json">; changing either
// draws again. Beside ECharts' own keys it may hold `keys` (for each category the value a filter should take) and
// `seriesKeys` (the same for each series); a point may hold `key` and `seriesKey`, a series `seriesKey`; what sums several
// values is marked `rest`. A click on a mark sends a bubbling event `markclick` whose `detail` is
// { category, series, seriesIndex, value, dataIndex, name, key, seriesKey }.
import { start } from "./echarts.js";
import { prepare } from "./option.js";

// Draws `option` into `element`. Gives { update(option), dispose() }. `onClick` gets what `markclick` carries.
export function mount(element, option, { onClick, language, token } = {}) {
  let current = option;
  let chart;

  const draw = (startAgain) => {
    const context = {
      token: token ?? tokensOf(element),
      language: language ?? document.documentElement.lang.slice(0, 2),
      zone: document.documentElement.dataset.zone,
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    };
    // A description that the page itself gives is not to be said twice.
    const described = element.closest("[role='img'][aria-label]") !== null;
    const { option: prepared, theme } = prepare(described ? { aria: { enabled: false }, ...current } : current, context);
    const selected = chart?.getOption()?.legend?.[0]?.selected;
    if (startAgain) {
      chart?.dispose();
      chart = start(element, theme, context);
      chart.on("click", clicked);
    }
    // What the reader switched off in the legend stays off when new figures arrive.
    if (selected && prepared.legend && !Array.isArray(prepared.legend)) prepared.legend.selected ??= selected;
    chart.setOption(prepared, { notMerge: true });
  };
  const clicked = (mark) => {
    const detail = markOf(mark, current);
    if (!detail) return;
    onClick?.(detail);
    element.dispatchEvent(new CustomEvent("markclick", { bubbles: true, composed: true, detail }));
  };

  draw(true);
  const stopWatching = watchTheme(() => draw(true));
  const size = new ResizeObserver(() => chart.resize());
  size.observe(element);
  return {
    get chart() { return chart; },
    update(next) { current = next; draw(false); },
    dispose() { stopWatching(); size.disconnect(); chart.dispose(); },
  };
}

function markOf(mark, option) {
  if (mark.componentType !== "series" || mark.dataIndex === undefined) return undefined;
  const item = mark.data;
  const pair = Array.isArray(item) ? item : Array.isArray(item?.value) ? item.value : undefined;
  const category = mark.seriesType === "heatmap" && pair ? categoryAt(option.xAxis, pair[0]) : mark.name;
  const index = mark.seriesType === "heatmap" && pair ? pair[0] : mark.dataIndex;
  const series = [option.series].flat()[mark.seriesIndex];
  // What sums several values ("13 others") selects none of them.
  if (item?.rest || series?.rest) return undefined;
  return {
    category: category ?? mark.name,
    series: mark.seriesName,
    seriesIndex: mark.seriesIndex,
    value: mark.value,
    dataIndex: mark.dataIndex,
    name: mark.name,
    key: given(item?.key, option.keys?.[index], category, mark.name),
    seriesKey: mark.seriesType === "heatmap" && pair
      ? given(item?.seriesKey, option.seriesKeys?.[pair[1]], categoryAt(option.yAxis, pair[1]))
      : given(item?.seriesKey, series?.seriesKey, option.seriesKeys?.[mark.seriesIndex], mark.seriesName),
  };
}

// The first that was given at all: null is a value of the data (the missing one), not the lack of a key.
function given(...keys) {
  return keys.find((key) => key !== undefined);
}

function categoryAt(axis, place) {
  const item = [axis].flat()[0]?.data?.[place];
  return item?.value ?? item ?? place;
}

function tokensOf(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}

// Calls back when the page turns dark or light, by choice or with the system.
function watchTheme(changed) {
  const root = document.documentElement;
  const attributes = new MutationObserver(changed);
  attributes.observe(root, { attributes: true, attributeFilter: ["data-theme", "lang"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  addEventListener("themechange", changed);
  return () => {
    attributes.disconnect();
    system.removeEventListener("change", changed);
    removeEventListener("themechange", changed);
  };
}

class Chart extends HTMLElement {
  static observedAttributes = ["data-option"];
  #surface;
  #mounted;
  #children;

  connectedCallback() {
    this.#children = new MutationObserver(() => this.#show());
    this.#children.observe(this, { childList: true, subtree: true, characterData: true });
    this.#show();
  }

  disconnectedCallback() {
    this.#children.disconnect();
    this.#mounted?.dispose();
    this.#surface?.remove();
    this.#mounted = this.#surface = undefined;
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#children) this.#show();
  }

  // The running ECharts instance, for tests and for pages that dispatch actions to it.
  get chart() { return this.#mounted?.chart; }

  get option() {
    const text = this.dataset.option ?? this.querySelector(":scope > script[type='application/json']")?.textContent;
    return text?.trim() ? JSON.parse(text) : undefined;
  }

  set option(value) { this.dataset.option = JSON.stringify(value); }

  #shown;
  #show() {
    const text = this.dataset.option ?? this.querySelector(":scope > script[type='application/json']")?.textContent ?? "";
    if (text === this.#shown && this.#mounted) return;
    let option;
    try { option = this.option; } catch { return; } // a script still being parsed: the observer calls again
    if (!option) return;
    this.#shown = text;
    if (this.#mounted) return this.#mounted.update(option);
    this.#surface = document.createElement("div");
    this.#surface.className = "chart-surface";
    this.append(this.#surface); // last, so that the page's own children keep their places
    this.#mounted = mount(this.#surface, option);
  }
}

customElements.define("atalaya-chart", Chart);
