import assert from "node:assert/strict";
import grayscale from "../../plugins/grayscale.ts";
import { hostOf, itemFrom, paintedJpeg } from "../suites/painted.ts";
import { verdictOn } from "./steps.ts";

Deno.test("grayscale leaves pixels whose channels are equal", async () => {
  const bytes = await paintedJpeg(16, 12);
  const host = await hostOf(bytes);
  const verdict = await verdictOn(grayscale, {}, itemFrom(bytes), host);
  assert.equal(verdict.kind, "keep");
  const { data, channels } = await host.pixels(verdict.item.image, "view");
  assert.ok(data.every((value, at) => value === data[at - at % channels]));
  assert.ok(new Set(data).size > 10);
});
