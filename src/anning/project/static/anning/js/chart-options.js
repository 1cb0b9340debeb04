/** From a chart's declaration to ECharts options. Colours come from tokens.css, so each call fits the present theme. */

const DASHES = ["solid", "dashed", "dotted", [10, 4, 2, 4]];
const MARKS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const FONT = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const figure = (value) => (typeof value === "number" ? value.toLocaleString() : value);
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function common(data) {
  const several = data.series.length > 1;
  return {
    animation: !calm(),
    animationDuration: 240,
    color: [1, 2, 3, 4, 5, 6].map((n) => token(`c${n}`)),
    textStyle: { fontFamily: FONT, color: token("ink-2"), fontSize: 12 },
    grid: { left: 8, right: 16, top: several ? 32 : 14, bottom: 4, containLabel: true },
    legend: several ? { top: 0, right: 8, itemWidth: 18, itemHeight: 8, textStyle: { color: token("ink-2") } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: figure, backgroundColor: token("raised"), borderColor: token("line"), textStyle: { color: token("ink"), fontSize: 12 } },
    aria: { enabled: true, decal: { show: several && ["bar", "stack", "rows"].includes(data.kind) } },
  };
}

function categoryAxis(data) {
  return { type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { color: token("ink-2") } };
}

function valueAxis(data) {
  return { type: "value", name: data.unit, nameTextStyle: { color: token("ink-3"), align: "left" }, nameGap: 8, splitLine: { lineStyle: { color: token("line") } }, axisLabel: { color: token("ink-3"), hideOverlap: true } };
}

function band(series, colour) {
  const range = series.high.map((high, i) => high - series.low[i]);
  const hidden = { type: "line", stack: `band-${series.name}`, lineStyle: { opacity: 0 }, symbol: "none", silent: true, tooltip: { show: false } };
  return [{ ...hidden, data: series.low }, { ...hidden, data: range, areaStyle: { color: colour, opacity: 0.15 } }];
}

function lines(data) {
  const option = common(data);
  const series = data.series.flatMap((one, i) => {
    const colour = one.dashed ? token("ink-3") : option.color[i % 6];
    const line = { type: "line", name: one.name, data: one.values, color: colour, symbol: MARKS[i % 6], symbolSize: 6, showSymbol: data.categories.length <= 24, lineStyle: { width: one.dashed ? 1.5 : 2.25, type: one.dashed ? "dashed" : DASHES[i % 4] } };
    return one.low ? [...band(one, colour), line] : [line];
  });
  const legend = option.legend && { ...option.legend, data: data.series.map((one) => one.name) };
  return { ...option, legend, xAxis: { ...categoryAxis(data), boundaryGap: false }, yAxis: valueAxis(data), series };
}

function bars(data) {
  const lying = data.kind === "rows";
  const axes = [{ ...categoryAxis(data), inverse: lying }, valueAxis(data)];
  return {
    ...common(data),
    xAxis: lying ? { ...axes[1], name: undefined } : axes[0],
    yAxis: lying ? axes[0] : axes[1],
    series: data.series.map((one) => ({
      type: "bar", name: one.name, data: one.values, barMaxWidth: lying ? 14 : 28, stack: data.kind === "stack" ? "all" : undefined,
      itemStyle: { borderRadius: data.kind === "stack" ? 0 : 2 },
      label: lying && data.series.length === 1 ? { show: true, formatter: (item) => figure(item.value), position: "right", color: token("ink-2") } : undefined,
    })),
  };
}

function heat(data) {
  const cells = data.series[0].values.flatMap((line, y) => line.map((value, x) => [x, y, value]));
  const plain = { axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: token("ink-2") }, type: "category" };
  return {
    ...common(data),
    tooltip: { ...common(data).tooltip, trigger: "item", formatter: (item) => `${data.rows[item.value[1]]} ${data.categories[item.value[0]]}\n${item.value[2]} ${data.unit ?? ""}` },
    grid: { left: 8, right: 8, top: 8, bottom: 36, containLabel: true },
    xAxis: { ...plain, data: data.categories },
    yAxis: { ...plain, data: data.rows, inverse: true },
    visualMap: { min: 0, max: Math.max(1, ...cells.map((cell) => cell[2])), orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 10, calculable: false, inRange: { color: [token("map-low"), token("map-high")] }, textStyle: { color: token("ink-3") } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: token("surface"), borderWidth: 2, borderRadius: 2 } }],
  };
}

/** Each category's value as a dot with its interval; the line at zero shows which are more than chance. */
function intervals(data) {
  const [one] = data.series;
  const colour = (i) => (one.low[i] <= 0 && one.high[i] >= 0 ? token("ink-3") : token("c1"));
  const draw = (params, api) => {
    const i = params.dataIndex;
    const [from, to, mid] = [one.low[i], one.high[i], one.values[i]].map((x) => api.coord([x, i]));
    const stroke = { stroke: colour(i), lineWidth: 2 };
    const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
    return { type: "group", children: [line(from[0], from[1], to[0], to[1]), line(from[0], from[1] - 4, from[0], from[1] + 4), line(to[0], to[1] - 4, to[0], to[1] + 4), { type: "circle", shape: { cx: mid[0], cy: mid[1], r: 4.5 }, style: { fill: colour(i) } }] };
  };
  const ends = [Math.min(0, ...one.low), Math.max(0, ...one.high)];
  const step = (x) => Math.sign(x) * Math.ceil(Math.abs(x) / 5) * 5;
  return {
    ...common(data),
    tooltip: { ...common(data).tooltip, trigger: "item", formatter: (item) => `${data.categories[item.dataIndex]}\n${one.values[item.dataIndex]} (${one.low[item.dataIndex]} … ${one.high[item.dataIndex]}) ${data.unit ?? ""}` },
    xAxis: { ...valueAxis(data), name: undefined, min: step(ends[0]), max: step(ends[1]), axisLabel: { color: token("ink-3"), formatter: `{value} ${data.unit ?? ""}` } },
    yAxis: { ...categoryAxis(data), inverse: true },
    series: [{ type: "custom", renderItem: draw, data: one.values.map((value, i) => [value, i]), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: token("ink-2"), type: "solid" }, data: [{ xAxis: 0 }] } }],
  };
}

const KINDS = { line: lines, bar: bars, stack: bars, rows: bars, heat, interval: intervals };

/** ECharts option of a declaration; throws RangeError for a kind that is not known. */
export function chartOption(data) {
  const make = KINDS[data.kind];
  if (!make) throw new RangeError(`chart kind "${data.kind}"; known: ${Object.keys(KINDS).join(", ")}`);
  return make(data);
}
