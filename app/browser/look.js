// How charts look by default, in the words of the design tokens. An option sent by the server overrules it.

const TEXT = { color: "var(--ink-2)", fontFamily: "var(--font)", fontSize: 12 };
const QUIET = { ...TEXT, color: "var(--ink-3)" };
const AXIS = {
  axisLine: { lineStyle: { color: "var(--edge)" } },
  axisTick: { show: false },
  axisLabel: QUIET,
  nameTextStyle: QUIET,
  splitLine: { lineStyle: { color: "var(--hair)" } },
  splitArea: { show: false },
  minorSplitLine: { show: false },
};
const BESIDE = { borderColor: "var(--surface)", borderWidth: 1 };

export function look() {
  return {
    color: [1, 2, 3, 4, 5, 6, 7, 8].map((place) => `var(--mark-${place})`),
    backgroundColor: "transparent",
    textStyle: { fontFamily: "var(--font)", color: "var(--ink)" },
    title: { textStyle: { ...TEXT, color: "var(--ink)", fontSize: 15 }, subtextStyle: QUIET },
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: "same" },
    legend: {
      left: 0, top: 0, bottom: "auto", icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 14, type: "scroll",
      textStyle: TEXT, inactiveColor: "var(--edge)", pageTextStyle: QUIET, pageIconColor: "var(--accent)", pageIconInactiveColor: "var(--edge)", pageIconSize: 11,
    },
    tooltip: {
      backgroundColor: "var(--surface)", borderColor: "var(--edge)", borderWidth: 1, padding: [8, 10], textStyle: { ...TEXT, color: "var(--ink)" },
      axisPointer: { lineStyle: { color: "var(--edge)" }, crossStyle: { color: "var(--edge)" }, shadowStyle: { color: "var(--hair)", opacity: 0.5 }, label: { backgroundColor: "var(--ink-2)", color: "var(--surface)" } },
    },
    categoryAxis: { ...AXIS, splitLine: { show: false } },
    valueAxis: { ...AXIS, axisLine: { show: false } },
    timeAxis: { ...AXIS, splitLine: { show: false } },
    logAxis: { ...AXIS, axisLine: { show: false } },
    visualMap: { textStyle: QUIET, inRange: { color: ["var(--sunken)", "var(--accent-soft)", "var(--mark-1)"] }, itemWidth: 12, itemHeight: 90 },
    dataZoom: {
      borderColor: "var(--hair)", backgroundColor: "transparent", fillerColor: "var(--accent-soft)", textStyle: QUIET,
      dataBackground: { lineStyle: { color: "var(--edge)" }, areaStyle: { color: "var(--hair)" } },
      selectedDataBackground: { lineStyle: { color: "var(--accent)" }, areaStyle: { color: "var(--accent-soft)" } },
      handleStyle: { color: "var(--surface)", borderColor: "var(--accent)" }, moveHandleStyle: { color: "var(--edge)" },
      brushStyle: { color: "var(--accent-soft)" }, emphasis: { handleStyle: { borderColor: "var(--accent)" }, moveHandleStyle: { color: "var(--accent)" } },
    },
    radar: { axisName: TEXT, axisLine: { lineStyle: { color: "var(--hair)" } }, splitLine: { lineStyle: { color: "var(--hair)" } }, splitArea: { show: false } },
    calendar: { itemStyle: { color: "transparent", borderColor: "var(--hair)" }, splitLine: { lineStyle: { color: "var(--edge)" } }, dayLabel: QUIET, monthLabel: QUIET, yearLabel: QUIET },
    markPoint: { symbol: "circle", symbolSize: 8, label: { ...TEXT, position: "top" } },
    markLine: { symbol: "none", label: TEXT, lineStyle: { color: "var(--ink-3)", type: "dashed" } },
    line: { symbol: "circle", symbolSize: 6, showSymbol: false, lineStyle: { width: 2 }, label: TEXT },
    bar: { itemStyle: BESIDE, label: TEXT, barMaxWidth: 36 },
    pie: { itemStyle: { ...BESIDE, borderWidth: 2 }, label: TEXT, labelLine: { lineStyle: { color: "var(--edge)" } } },
    heatmap: { itemStyle: { borderColor: "var(--surface)", borderWidth: 2, borderRadius: 3 }, label: TEXT },
    treemap: {
      roam: false, nodeClick: false, breadcrumb: { show: false }, left: 0, right: 0, top: 0, bottom: 0,
      itemStyle: { borderColor: "var(--surface)", borderWidth: 1, gapWidth: 2 },
      label: { color: "var(--accent-ink)", fontFamily: "var(--font)", fontSize: 12, overflow: "truncate" }, upperLabel: { color: "var(--ink)", height: 22 },
    },
    sunburst: { itemStyle: BESIDE, label: { ...TEXT, color: "var(--accent-ink)" } },
    funnel: { itemStyle: BESIDE, label: TEXT },
    sankey: { label: TEXT, lineStyle: { color: "source", opacity: 0.25 }, itemStyle: { borderWidth: 0 } },
    gauge: {
      startAngle: 205, endAngle: -25, radius: "95%", center: ["50%", "60%"], progress: { show: true, width: 14 },
      axisLine: { lineStyle: { width: 14, color: [[1, "var(--sunken)"]] } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false },
      pointer: { show: false }, anchor: { show: false }, title: { ...TEXT, offsetCenter: [0, "22%"] }, detail: { ...TEXT, color: "var(--ink)", fontSize: 26, fontWeight: 600, offsetCenter: [0, "-8%"] },
    },
    boxplot: { itemStyle: { color: "var(--accent-soft)", borderColor: "var(--mark-1)", borderWidth: 1.5 } },
    candlestick: { itemStyle: { color: "var(--good)", color0: "var(--bad)", borderColor: "var(--good)", borderColor0: "var(--bad)" } },
    scatter: { itemStyle: { opacity: 0.8 }, label: TEXT },
  };
}
