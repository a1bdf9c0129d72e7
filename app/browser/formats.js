// Named formatters of numbers and dates. A chart's option names one ("format:money:USD"); nothing is ever evaluated.
// Written without Intl, which the engine of the reports does not have, so that page and report show the same text.

const NO_BREAK = "\u00a0";
const WORDS = {
  en: {
    group: ",", decimal: ".", percent: "%", units: [[1e9, "B"], [1e6, "M"], [1e3, "k"]], quarter: "Q", week: "W",
    months: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
    weekdays: "Sun Mon Tue Wed Thu Fri Sat".split(" "),
  },
  es: {
    group: NO_BREAK, decimal: ",", percent: NO_BREAK + "%", units: [[1e6, NO_BREAK + "M"], [1e3, NO_BREAK + "k"]], quarter: "T", week: "S",
    months: "ene feb mar abr may jun jul ago sep oct nov dic".split(" "),
    weekdays: "dom lun mar mié jue vie sáb".split(" "),
  },
};
const SYMBOLS = { USD: "$", EUR: "€", GBP: "£" };

// Every name that an option may use. Each takes the value, the argument after the second colon, and the words.
const FORMATS = {
  number: (value, digits, words) => fixed(value, digits === undefined ? undefined : Number(digits), words),
  compact,
  percent: (value, digits, words) => fixed(value * 100, Number(digits ?? 1), words) + words.percent,
  money: (value, currency, words) => money(fixed(value, Math.abs(value) < 1000 ? 2 : 0, words), currency, words),
  "compact-money": (value, currency, words) => money(compact(value, undefined, words), currency, words),
  date,
};

// The function behind "format:name" or "format:name:argument"; undefined for any other text.
export function named(text, language) {
  const [mark, name, argument] = text.split(":");
  if (mark !== "format" || !Object.hasOwn(FORMATS, name)) return undefined;
  const words = WORDS[language] ?? WORDS.en;
  return (given) => {
    const value = valueOf(given);
    if (value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value))) return "–";
    if (name === "date") return date(value, argument, words);
    const number = Number(value);
    return Number.isNaN(number) ? String(value) : FORMATS[name](number, argument, words);
  };
}

// ECharts hands axis labels and tooltips the bare value, series labels an object about the mark.
function valueOf(given) {
  if (Array.isArray(given)) return given.at(-1);
  if (given === null || typeof given !== "object" || given instanceof Date) return given;
  const { value, encode, componentSubType } = given;
  if (!Array.isArray(value)) {
    if (value !== null && typeof value === "object" && encode === undefined) return undefined;
    return value !== null && typeof value === "object" ? value[given.dimensionNames?.[encode.y?.[0] ?? encode.value?.[0]]] : value;
  }
  const at = componentSubType === "heatmap" ? 2 : encode?.y?.[0] ?? encode?.value?.[0] ?? value.length - 1;
  return value[at];
}

function fixed(value, digits, words) {
  const text = Math.abs(value).toFixed(digits ?? 2);
  let [whole, part = ""] = text.split(".");
  if (digits === undefined) part = part.replace(/0+$/, "");
  whole = whole.replace(/\B(?=(\d{3})+$)/g, words.group);
  const sign = value < 0 && /[1-9]/.test(text) ? "-" : "";
  return sign + whole + (part ? words.decimal + part : "");
}

// Three figures and a unit: 4.6M, 792k.
function compact(value, _argument, words) {
  const size = Math.abs(value);
  const unit = words.units.find(([from]) => size >= from * 0.9995);
  if (!unit) return fixed(value, size >= 100 || Number.isInteger(value) ? 0 : undefined, words);
  const scaled = value / unit[0];
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  return fixed(Number(scaled.toFixed(digits)), undefined, words) + unit[1];
}

function money(text, currency, words) {
  if (!currency) return text;
  const symbol = SYMBOLS[currency] ?? currency;
  if (words === WORDS.es) return text + NO_BREAK + symbol;
  return text.startsWith("-") ? "-" + symbol + text.slice(1) : symbol + text;
}

// Dates are days and times of the organisation's own zone, as the server sent them: no zone is applied here.
function date(value, grain, words) {
  const moment = typeof value === "number" ? new Date(value) : new Date(complete(String(value)));
  if (Number.isNaN(moment.getTime())) return String(value);
  const [year, month, day] = [moment.getUTCFullYear(), words.months[moment.getUTCMonth()], moment.getUTCDate()];
  switch (grain ?? grainOf(String(value))) {
    case "year": return String(year);
    case "quarter": return `${words.quarter}${Math.floor(moment.getUTCMonth() / 3) + 1} ${year}`;
    case "month": return `${month} ${year}`;
    case "week": case "day-month": return `${day} ${month}`;
    case "weekday": return words.weekdays[moment.getUTCDay()];
    case "hour": return `${day} ${month} ${moment.toISOString().slice(11, 16)}`;
    default: return `${day} ${month} ${year}`;
  }
}

function complete(text) {
  if (/^\d{4}$/.test(text)) return text + "-01-01T00:00:00Z";
  if (/^\d{4}-\d\d$/.test(text)) return text + "-01T00:00:00Z";
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text + "T00:00:00Z";
  return /^\d{4}-\d\d-\d\d[T ]/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text.replace(" ", "T") + "Z" : text;
}

function grainOf(text) {
  if (/^\d{4}-\d\d$/.test(text)) return "month";
  return /^\d{4}-\d\d-\d\d[T ]/.test(text) ? "hour" : "day";
}
