// Texts made of the cells of a row, such as `{id}.jpg`.
import type { JsonObject } from "../contract/json.ts";
import { nameIn } from "./row_ids.ts";

export interface CellTemplate {
  /** The columns that it names. */
  readonly columns: readonly string[];
  /** `undefined` where one of the cells is empty or no text or number. */
  fill(cells: JsonObject): string | undefined;
}

const placeholder = /\{([^{}]+)\}/g;

/** A template with names of columns in braces; a text without braces is the name of one. */
export function cellTemplate(text: string): CellTemplate {
  const template = text.includes("{") ? text : `{${text}}`;
  return {
    columns: [...template.matchAll(placeholder)].flatMap(([, name]) => name ?? []),
    fill(cells) {
      let isWhole = true;
      const filled = template.replaceAll(placeholder, (_, name: string) => {
        const part = nameIn(cells[name]);
        if (part === "") isWhole = false;
        return part;
      });
      return isWhole ? filled : undefined;
    },
  };
}
