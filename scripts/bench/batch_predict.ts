// URLs in, batches and predictions out, from a server that answers after 200 ms: against six threads of Python.
//   deno task bench-batch-predict [--count 5000] [--delay 200] [--rounds 3] [--images <folder of JPEG files>] [--json <file>]
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createCards } from "../../runtime/detect/cards.ts";
import { compare, type Contender, median, tableOf, timed } from "./compare.ts";
import { removed, setAside } from "./folders.ts";
import { startSlowServer } from "./slow_server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const models = `${root}/runtime/detect/models`;

type Answer = Contender & { readonly predictions: () => string };

function contendersOf(folder: string, list: string): Answer[] {
  const [store, byPython] = [`${folder}/store`, `${folder}/python`];
  return [
    {
      name: "framewright",
      command: runOver(list, store),
      prepare: () => setAside(folder, store),
      predictions: () => `${onlyIn(`${store}/published`)}/v1/predictions/predictions.json`,
    },
    {
      name: "six threads of Python",
      command: [
        "/usr/bin/python3",
        `${root}/scripts/bench/batch_predict_python.py`,
        list,
        `${models}/demo-scenes.onnx`,
        `${folder}/labels.txt`,
        byPython,
      ],
      prepare: () => setAside(folder, byPython),
      predictions: () => `${byPython}/predictions.json`,
    },
  ];
}

function runOver(list: string, store: string): readonly string[] {
  const set = [
    "--set",
    `list=${list}`,
    ...["per_host=256", "concurrency=256", "batch_size=32"].flatMap((value) => ["--set", value]),
  ];
  return ["deno", "task", "--quiet", "run", `${root}/pipelines/batch_predict.yaml`, ...set, "--store", store];
}

function onlyIn(folder: string): string {
  const [entry] = Deno.readDirSync(folder);
  if (entry === undefined) throw new Error(`Cannot choose in "${folder}": it is empty`);
  return `${folder}/${entry.name}`;
}

type Predictions = Readonly<Record<string, { readonly predictions?: readonly { readonly label: string }[] }>>;

/** How many images have a best class, and how many of them the same one: both did the same work. */
async function agreement(left: string, right: string): Promise<string> {
  const [one, other]: Predictions[] = await Promise.all(
    [left, right].map(async (path) => JSON.parse(await Deno.readTextFile(path))),
  );
  const ids = Object.keys(one ?? {}).filter((id) => one?.[id]?.predictions?.[0] !== undefined);
  const same = ids.filter((id) => one?.[id]?.predictions?.[0]?.label === other?.[id]?.predictions?.[0]?.label).length;
  return `${ids.length} images named, ${same} of them alike by both`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "5000" },
      delay: { type: "string", default: "200" },
      rounds: { type: "string", default: "3" },
      images: { type: "string", default: `${root}/examples/soccer` },
      json: { type: "string" },
    },
  });
  const folder = `${root}/.framewright/bench-batch-predict`;
  await Deno.mkdir(folder, { recursive: true });
  const { labels = [] } = await createCards(models).read("demo-scenes");
  await Deno.writeTextFile(`${folder}/labels.txt`, labels.join("\n"));
  await using server = await startSlowServer(values.images, Number(values.delay));
  const list = `${folder}/list.tsv`;
  await server.list(list, Number(values.count));
  const contenders = contendersOf(folder, list);
  const timings = await compare(contenders, Number(values.rounds));
  const [own, python] = timings.map(({ seconds }) => median(seconds));
  const again = await timed(runOver(list, `${folder}/store`));
  console.log(
    `${values.count} URLs, ${values.delay} ms each, ${availableParallelism()} cores, ${values.rounds} rounds`,
  );
  console.log(tableOf(timings));
  console.log(
    `rate: ${((python ?? NaN) / (own ?? NaN)).toFixed(1)} times that of Python; again: ${again.toFixed(2)} s`,
  );
  console.log(await agreement(contenders[0]?.predictions() ?? "", contenders[1]?.predictions() ?? ""));
  await removed(`${folder}/aside`);
  if (values.json !== undefined) await Deno.writeTextFile(values.json, JSON.stringify({ timings, again }, null, 2));
}

if (import.meta.main) await main();
