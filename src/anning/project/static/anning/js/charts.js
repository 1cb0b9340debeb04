/** Charts: a small declaration (components/chart.html) drawn by ECharts, and always the same figures as a table. */
import { chartOption } from "./chart-options.js";
import { say } from "./words.js";

function cell(tag, text, scope) {
  const element = document.createElement(tag);
  element.textContent = text ?? "";
  if (scope) element.scope = scope;
  if (tag === "td") element.className = "num";
  return element;
}

function row(cells) {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
}

/** The declaration's figures as a table element, intervals written out. */
function asTable(data, caption) {
  const table = document.createElement("table");
  table.className = "table";
  const title = table.createCaption();
  title.className = "visually-hidden";
  title.textContent = caption;
  const heat = data.kind === "heat";
  const heads = heat ? data.categories : data.series.map((series) => series.name);
  table.createTHead().append(row([cell("th", data.unit ?? "", "col"), ...heads.map((head) => cell("th", head, "col"))]));
  const rows = heat ? data.rows : data.categories;
  const shown = (series, i) => {
    const value = series.values[i];
    return series.low && value !== null ? `${value} (${series.low[i]} … ${series.high[i]})` : value;
  };
  table.createTBody().append(...rows.map((name, i) => row([
    cell("th", name, "row"),
    ...(heat ? data.categories.map((_, j) => cell("td", data.series[0].values[i][j])) : data.series.map((series) => cell("td", shown(series, i)))),
  ])));
  return table;
}

async function load(element) {
  if (element.dataset.source) return JSON.parse(document.getElementById(element.dataset.source).textContent);
  const answer = await fetch(element.dataset.url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Bring one [data-chart] element to life. */
export async function start(element) {
  const canvas = element.querySelector(".chart__canvas");
  const details = element.querySelector("details");
  try {
    const data = await load(element);
    details.querySelector("div").replaceChildren(asTable(data, element.querySelector("figcaption").textContent));
    const { init } = await import(element.dataset.module);
    let chart = init(canvas, null, { renderer: "canvas" });
    const draw = () => chart.setOption(chartOption(data), true);
    draw();
    document.addEventListener("anning:theme", draw);
    new ResizeObserver(() => chart.resize()).observe(canvas);
    addEventListener("beforeprint", () => chart.resize());
    element.dataset.ready = "";
  } catch (error) {
    canvas.textContent = say("chart_error", { why: error.message });
    details.open = true;
    console.error("charts.js:", error);
  }
}
