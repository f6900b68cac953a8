// Small line charts as SVG inside a page, in the colours of the page. Pure.
import { short } from "./drift.ts";
import { type Markup, markup } from "./markup.ts";

export type TrendLine = {
  readonly title: string;
  /** Oldest first; `undefined` where a version has no such value. */
  readonly values: readonly (number | undefined)[];
};

const size = { width: 300, height: 84 };
const margin = { x: 8, top: 10, bottom: 10 };

export function trendChart({ title, values }: TrendLine): Markup {
  const known = values.flatMap((value, index) => value === undefined ? [] : [{ value, index }]);
  const [least, most] = [known, known].map((all, side) =>
    all.reduce((bound, { value }) => side === 0 ? Math.min(bound, value) : Math.max(bound, value), all[0]?.value ?? 0)
  ) as [number, number]; // two sides give two numbers
  const x = (index: number) =>
    margin.x + (size.width - 2 * margin.x) * (values.length < 2 ? 1 : index / (values.length - 1));
  const y = (value: number) => {
    const share = most === least ? 0.5 : (value - least) / (most - least);
    return size.height - margin.bottom - share * (size.height - margin.top - margin.bottom);
  };
  const points = known.map(({ value, index }) => ({ x: x(index).toFixed(1), y: y(value).toFixed(1) }));
  const dots = points.map((point, index) =>
    markup`<circle cx="${point.x}" cy="${point.y}" r="${index === points.length - 1 ? 4 : 2.5}"/>`
  );
  const last = known.at(-1)?.value;
  const range = known.length < 2
    ? ""
    : most === least
    ? "the same in all of them"
    : `${short(least)} to ${short(most)}`;
  return markup`<figure class="trend"><figcaption><b>${
    last === undefined ? "" : short(last)
  }</b>${title}<small>${range}</small></figcaption><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}, ${range}"><polyline points="${
    points.map((point) => `${point.x},${point.y}`).join(" ")
  }"/>${dots}</svg></figure>`;
}
