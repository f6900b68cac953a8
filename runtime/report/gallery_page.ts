// Pictures that were refused, to be browsed: pages without scripts that load nothing but the pictures beside them.
import { type Markup, markup, nothing } from "./markup.ts";
import { style } from "./report_style.ts";
import { grouped, shareOf } from "./report_tables.ts";
import { visible } from "./text.ts";

export type GalleryPicture = {
  /** Name of the record. */
  readonly name: string;
  readonly reason: string;
  readonly detail: string;
  /** Path of the picture from the page; absent when there is none that a browser shows. */
  readonly path?: string;
};

export type GalleryPage = {
  readonly title: string;
  /** A line below the title. */
  readonly lead: string;
  /** How many have which reason, over all pages. */
  readonly reasons: readonly { readonly name: string; readonly count: number }[];
  readonly pictures: readonly GalleryPicture[];
  /** From 1. */
  readonly page: number;
  readonly pages: number;
};

/** File name of a page. */
export function galleryFile(page: number): string {
  return page === 1 ? "index.html" : `page-${page}.html`;
}

export function galleryPage(gallery: GalleryPage): string {
  const policy = "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'";
  const { title, lead, reasons, pictures } = gallery;
  const turner = turnerOf(gallery);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${visible(title)}</title>
<style>${{ html: style }}a { color: var(--plain); }
nav { margin: 0 0 18px; }</style>
</head>
<body>
<main>
<header><h1>${visible(title)}</h1><p>${visible(lead)}</p></header>
${reasonTable(reasons)}
${turner}
${pictures.length === 0 ? nothing : markup`<section><div class="grid large">${pictures.map(figure)}</div></section>`}
${turner}
<footer>Made by Framewright</footer>
</main>
</body>
</html>
`.html;
}

function reasonTable(reasons: GalleryPage["reasons"]): Markup {
  if (reasons.length === 0) return nothing;
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  const rows = reasons.map(({ name, count }) =>
    markup`<tr><td><span class="tag bad">${visible(name)}</span></td><td class="number">${grouped(count)}</td>
<td class="number">${shareOf(count, total)}</td></tr>`
  );
  return markup`<section class="wide"><table><thead><tr><th>Reason</th><th class="number">Images</th>
<th class="number">Share</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function figure({ name, reason, detail, path }: GalleryPicture): Markup {
  const address = path === undefined ? "" : encodeURI(path);
  const picture = path === undefined
    ? markup`<div class="blank">no picture</div>`
    : markup`<a href="${address}"><img src="${address}" alt="${visible(name)}" loading="lazy"></a>`;
  return markup`<figure>${picture}<figcaption><code>${visible(name)}</code><br>
<span class="tag bad">${visible(reason)}</span><small>${visible(detail, 300)}</small></figcaption></figure>`;
}

/** Leads from page to page; nothing where there is one only. */
function turnerOf({ page, pages }: GalleryPage): Markup {
  if (pages < 2) return nothing;
  const link = (to: number, text: string) =>
    to < 1 || to > pages ? markup`<span>${text}</span>` : markup`<a href="${galleryFile(to)}">${text}</a>`;
  return markup`<nav>${link(page - 1, "Previous")} · Page ${page} of ${pages} · ${link(page + 1, "Next")}</nav>`;
}
