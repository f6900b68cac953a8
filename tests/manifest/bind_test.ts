import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { canonicalJson } from "../../runtime/contract/json.ts";
import { bind, plugins } from "./fixtures.ts";

const head = "name: a\nsource: { uses: files, with: { path: x } }\n";

Deno.test("bindPipeline() fills in every default", async () => {
  const pipeline = await bind(head);
  const { source, ...rest } = pipeline;
  assert.deepEqual(rest, {
    name: "a",
    dataset: "a",
    params: {},
    seed: 0,
    steps: [],
    exports: [],
    sinks: [],
    limits: {
      concurrency: 4,
      maxRejected: { share: 0.1 },
      maxPixels: 100_000_000,
      maxBytes: 268_435_456,
      itemTimeout: 60,
      retries: 3,
    },
    secrets: [],
  });
  assert.deepEqual([source.id, source.written, source.options], ["files", { path: "x" }, { path: "x", include: [] }]);
  assert.equal(source.definition, plugins.find(({ name }) => name === "files"));
});

Deno.test("bindPipeline() takes everything that a manifest may say", async () => {
  const pipeline = await bind(
    `
name: all-of_it
description: Says what "\${{ params.x }}" is
on: { cron: ["*/10 * * * *", "0 6-18/2 * JAN mon-fri"], timezone: Europe/Rome, webhook: true, version: b, files: [in/**] }
params: { x: 3, y: { type: array, default: [1], description: d } }
env: { A: 1, B: "\${{ env.A }}b" }
source: { uses: files, id: in, with: { path: "\${{ env.B }}" } }
steps:
  - { uses: hash, keep: true, concurrency: "\${{ params.x }}" }
  - { uses: dedupe }
exports: [{ uses: table, id: t }]
sinks: [{ uses: post, with: { url: u } }]
limits: { concurrency: 7, max_rejected: "12", max_pixels: 1, max_bytes: 2, item_timeout: 0.5, retries: 0 }
publish: none
seed: "\${{ params.x }}"
`,
    { concurrency: 9 },
  );
  const { limits, steps, source, exports, sinks, publish, seed, description } = pipeline;
  assert.deepEqual([publish, seed, description], ["none", 3, 'Says what "${{ params.x }}" is']);
  assert.deepEqual(limits, {
    concurrency: 7,
    maxRejected: { count: 12 },
    maxPixels: 1,
    maxBytes: 2,
    itemTimeout: 0.5,
    retries: 0,
  });
  assert.deepEqual(steps.map(({ id, keep, concurrency }) => [id, keep, concurrency]), [
    ["hash", true, 3],
    ["dedupe", false, undefined],
  ]);
  assert.deepEqual([source.id, source.written, exports[0]?.id, sinks[0]?.id], ["in", { path: "1b" }, "t", "post"]);
});

Deno.test("bindPipeline() keeps the type of a value that is one template, and the text around others", async () => {
  const { steps } = await bind(
    `${head}params: { w: 480, l: { default: [a, "\${{ params.w }}"] }, flag: true }
steps:
  - uses: resize
    with: { width: "\${{ params.w }}", sharpen: "\${{ params.flag }}" }
  - uses: score
    with:
      labels: \${{ params.l }}
  - uses: score
    with: { labels: ["$\${{ params.w }}", "\${{ params.w }}px \${{params.flag}}", "\${{ env.E }}"] }
`.replace('"${{ params.w }}"] }', '"x${{ params.w }}"] }'),
    { env: { E: "e" } },
  );
  assert.deepEqual(steps.map(({ written }) => written), [
    { width: 480, sharpen: true },
    { labels: ["a", "x480"] },
    { labels: ["${{ params.w }}", "480px true", "e"] },
  ]);
});

Deno.test("bindPipeline() numbers plugins that are used more than once, whatever section they are in", async () => {
  const { steps } = await bind(
    `${head}steps: [{ uses: hash }, { uses: score }, { uses: hash }, { uses: hash, id: last }]\n`,
  );
  assert.deepEqual(steps.map(({ id }) => id), ["hash", "score", "hash-2", "last"]);
});

Deno.test("bindPipeline() takes aliases for what they name", async () => {
  const { steps } = await bind(
    `${head}steps:\n  - uses: resize\n    with: &size { width: 3 }\n  - uses: resize\n    with: *size\n`,
  );
  assert.deepEqual(steps.map(({ written }) => written), [{ width: 3 }, { width: 3 }]);
});

Deno.test("bindPipeline() reads a byte order mark and Windows line ends", async () => {
  const { source } = await bind(`\ufeff${head.replaceAll("\n", "\r\n")}`);
  assert.deepEqual(source.written, { path: "x" });
});

const sized =
  `${head}params: { width: 480, frames: { type: string, default: "\${{ env.IN }}" }, other: "\${{ params.width }}" }\n`;

Deno.test("bindPipeline() names the dataset after the parameters that are not their defaults", async () => {
  const dataset = async (set: Record<string, string>, limit?: number) =>
    (await bind(sized, { set, env: { IN: "in" }, ...(limit === undefined ? {} : { limit }) })).dataset;
  assert.equal(await dataset({}), "a");
  assert.equal(await dataset({ width: "480" }), "a");
  assert.equal(await dataset({ frames: "in" }), "a");
  const wide = await dataset({ width: "640" });
  assert.match(wide, /^a~[0-9a-f]{8}$/);
  assert.equal(await dataset({ width: "640.0", frames: "in" }), wide);
  const others = [wide, await dataset({ width: "641" }), await dataset({ frames: "640" }), await dataset({}, 5)];
  assert.equal(new Set([...others, await dataset({}, 6), await dataset({ width: "640" }, 5)]).size, 6);
});

Deno.test("bindPipeline() needs no default of a parameter that is set", async () => {
  const { params } = await bind(sized, { set: { frames: "here" } });
  assert.equal(params.frames, "here");
  const given = await bind(`${head}params: { must: { type: integer } }\n`, { set: { must: "7" } });
  assert.equal(given.params.must, 7);
  assert.match(given.dataset, /~/);
});

Deno.test("bindPipeline() reads what is set by the type of the parameter", async () => {
  const { params } = await bind(
    `${head}params:
  text: 80%
  number: 1
  integer: { type: integer, default: 1 }
  yes: false
  list: { type: array, default: [] }
  flow: { type: array, default: [] }
  none: { type: array, default: [1] }
  map: { type: object, default: {} }
  env: { type: integer, default: "\${{ env.N }}" }
`,
    {
      set: {
        text: "8",
        number: "-1.5e3",
        integer: "12",
        yes: "true",
        list: "a, 2,b: c",
        flow: "[x, [1]]",
        none: "",
        map: "{a: 1}",
      },
      env: { N: "5" },
    },
  );
  assert.deepEqual(params, {
    text: "8",
    number: -1500,
    integer: 12,
    yes: true,
    list: ["a", 2, "b: c"],
    flow: ["x", [1]],
    none: [],
    map: { a: 1 },
    env: 5,
  });
});

const secretive = `name: a
params: { url: { default: "https://\${{ secrets.HOST }}/in" }, port: 1 }
env: { KEY: "\${{ secrets.HOST }}:\${{ params.port }}" }
source: { uses: files, with: { path: "\${{ params.url }}", include: ["\${{ env.KEY }}", "\${{ secrets.HOST }}"] } }
`;

Deno.test("bindPipeline() gives secrets to plugins and to nobody else", async () => {
  const { source, ...rest } = await bind(secretive, { env: { HOST: "hunter2" } });
  assert.deepEqual(source.options, { path: "https://hunter2/in", include: ["hunter2:1", "hunter2"] });
  assert.deepEqual(source.written, {
    path: "https://${{ secrets.HOST }}/in",
    include: ["${{ secrets.HOST }}:1", "${{ secrets.HOST }}"],
  });
  assert.deepEqual(rest.secrets, ["hunter2"]);
  assert.deepEqual(rest.params, { url: "https://${{ secrets.HOST }}/in", port: 1 });
});

Deno.test("bindPipeline() makes the same keys whatever a secret is", async () => {
  const keys = await Promise.all(["one", "two"].map(async (HOST) => {
    const { source, params, dataset } = await bind(secretive, { env: { HOST } });
    return canonicalJson({ written: source.written, params, dataset });
  }));
  assert.equal(keys[0], keys[1]);
});

Deno.test("bindPipeline() shows no secret in a problem about a text that holds it", async () => {
  const text =
    `${head}sinks: [{ uses: post, with: { url: u, token: "\${{ secrets.T }}", hots: "\${{ secrets.T }}" } }]\n` +
    "steps: [{ uses: resize, with: { width: '${{ secrets.T }}' } }, { uses: '${{ secrets.T }}' }]\n";
  await assert.rejects(bind(text, { env: { T: "hunter2" } }), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.equal(thrown.problems.length, 3);
    assert.doesNotMatch(JSON.stringify(thrown.problems), /hunter2/);
    return true;
  });
});

function posting(optional: boolean): string {
  return `${head}sinks:
  - { uses: post, optional: ${optional}, with: { url: "\${{ secrets.URL }}" } }
  - { uses: post, with: { url: u } }
`;
}

Deno.test("bindPipeline() leaves out an optional sink whose secret is not set, and says so", async () => {
  for (const env of [{}, { URL: "" }]) {
    const { sinks, notes } = await bind(posting(true), { env });
    assert.deepEqual(sinks.map(({ id }) => id), ["post-2"]);
    assert.deepEqual(notes, ['Sink "post" is left out: its secret URL is not set']);
  }
  const { sinks, notes } = await bind(posting(true), { env: { URL: "u" } });
  assert.deepEqual([sinks.length, notes], [2, undefined]);
});

Deno.test("bindPipeline() refuses any other sink whose secret is not set", async () => {
  await assert.rejects(bind(posting(false)), {
    code: "manifest",
    message: 'Cannot use the manifest "m.yaml": it has 1 problem',
  });
});

Deno.test("bindPipeline() leaves out what `if` says no to, and checks it all the same", async () => {
  const text = "name: a\nparams: { small: true, told: false }\nsource: { uses: files, with: { path: in } }\n" +
    "steps: [{ uses: resize, if: '${{ params.small }}', with: { width: 8 } }]\n" +
    "sinks: [{ uses: post, if: '${{ params.told }}', with: { url: u } }]\n";
  const usual = await bind(text);
  assert.deepEqual([usual.steps.length, usual.sinks.length, usual.notes], [1, 0, undefined]);
  const other = await bind(text, { set: { small: "false", told: "true" } });
  assert.deepEqual([other.steps.length, other.sinks.length], [0, 1]);
  await assert.rejects(bind(text.replace("width: 8", "width: wide"), { set: { small: "false" } }), {
    code: "manifest",
  });
  await assert.rejects(bind(text.replace("${{ params.small }}", "sometimes")), { code: "manifest" });
});

Deno.test("bindPipeline() does not count on facts of a step that is left out", async () => {
  const text = `${head}steps: [{ uses: score, if: false }]\nexports: [{ uses: scores }]\n`;
  await assert.rejects(bind(text), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.match(thrown.problems[0]?.message ?? "", /needs the fact/);
    return true;
  });
});

Deno.test("bindPipeline() passes an outer variable on under its own name", async () => {
  const { source } = await bind(
    'name: a\nenv: { IN: "${{ env.IN }}/sub", HOME: fixed }\nsource: { uses: files, with: { path: "${{ env.HOME }}/${{ env.IN }}" } }\n',
    { env: { IN: "in", HOME: "/root" } },
  );
  assert.deepEqual(source.written, { path: "fixed/in/sub" });
});

Deno.test("bindPipeline() shows a hundred problems at most, and says how many there are", async () => {
  const text = `${head}steps:\n${"  - uses: nope\n".repeat(150)}`;
  await assert.rejects(bind(text), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.equal(thrown.problems.length, 100);
    assert.equal(thrown.message, 'Cannot use the manifest "m.yaml": it has 150 problems, the first 100 are shown');
    return true;
  });
});

Deno.test("bindPipeline() carries file, line, column, excerpt and hint with a problem", async () => {
  await assert.rejects(bind(`${head}steps:\n  - uses: resise\n`), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.deepEqual(thrown.problems, [{
      message: "Unknown plugin `resise`",
      file: "m.yaml",
      line: 4,
      column: 11,
      excerpt: "  - uses: resise\n          ^^^^^^",
      hint: "Did you mean `resize`?",
    }]);
    return true;
  });
});
