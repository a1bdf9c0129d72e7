// The one set-up of ECharts: which charts and components both bundles hold.
import * as echarts from "echarts/core";
import {
  BarChart, BoxplotChart, CandlestickChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart,
  RadarChart, SankeyChart, ScatterChart, SunburstChart, TreemapChart,
} from "echarts/charts";
import {
  AriaComponent, AxisPointerComponent, BrushComponent, CalendarComponent, DatasetComponent, DataZoomComponent,
  GridComponent, LegendComponent, LegendScrollComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  RadarComponent, TitleComponent, TooltipComponent, TransformComponent, VisualMapComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import english from "echarts/i18n/langEN-obj.js";
import spanish from "echarts/i18n/langES-obj.js";

echarts.use([
  BarChart, BoxplotChart, CandlestickChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart,
  RadarChart, SankeyChart, ScatterChart, SunburstChart, TreemapChart,
  AriaComponent, AxisPointerComponent, BrushComponent, CalendarComponent, DatasetComponent, DataZoomComponent,
  GridComponent, LegendComponent, LegendScrollComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  RadarComponent, TitleComponent, TooltipComponent, TransformComponent, VisualMapComponent,
  LabelLayout, SVGRenderer,
]);
echarts.registerLocale("EN", english);
echarts.registerLocale("ES", spanish);

// Starts a chart; `element` is null in reports, where there is no document.
export function start(element, theme, { language, ...rest }) {
  return echarts.init(element, theme, { renderer: "svg", locale: language === "es" ? "ES" : "EN", ...rest });
}
