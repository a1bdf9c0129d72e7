// The organisation's clock: moments in Unix milliseconds as its own days and hours, whatever clock the browser has.

// `zone` is the page's `data-zone`: "from:minutes,from:minutes", minutes east of UTC from each moment on.
export function clockOf(zone) {
  const changes = (zone ?? "").split(",").filter(Boolean).map((pair) => pair.split(":").map(Number)).reverse();
  return (moment) => moment + (changes.find(([from]) => from <= moment)?.[1] ?? 0) * 60_000;
}

// An option over time whose moments stand where that clock has them.
export function onClock(option, zone) {
  if (![option.xAxis].flat().some((axis) => axis?.type === "time")) return option;
  const clock = clockOf(zone);
  const moved = (point) => (Array.isArray(point) && typeof point[0] === "number" ? [clock(point[0]), ...point.slice(1)] : point);
  const series = [option.series].flat().filter(Boolean).map((one) => ({ ...one, data: one.data?.map(moved) }));
  return { ...option, useUTC: true, series };
}
