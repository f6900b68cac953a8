import {
  createLineProgram,
  createProgramPool,
  defineItemStep,
  idOf,
  type ImageFile,
  InputError,
  type Item,
  ItemError,
  type ItemHost,
  type LineAnswer,
  type LineFailure,
  type LineProgram,
  type Missing,
  reject,
  type Seat,
  sizeOf,
  understood,
  type Verdict,
  z,
} from "../runtime/plugin.ts";

const factName = z.string().regex(/^[a-z][a-z0-9_]*$/, "write a snake_case name");

const options = z.strictObject({
  command: z.array(z.string().min(1)).min(1).describe(
    'The program and its arguments, a list: `["Rscript", "scripts/colours.R"]`. There is no shell; paths are looked up ' +
      "from `folder`",
  ),
  needs: z.array(factName).default([]).describe("Facts that the program gets with each image"),
  gives: z.array(factName).default([]).describe("Facts that it answers with: all of these, and no others"),
  image: z.enum(["path", "none"]).default("path").describe("Whether the program gets each image as a file"),
  format: z.enum(["original", "png", "jpeg"]).default("original").describe(
    "What is in that file. `original`: the bytes as they came, or a PNG where earlier steps edited the image",
  ),
  processes: z.int().min(1).max(256).optional().describe("Processes at once; as many as cores when absent"),
  timeout: z.number().positive().max(86_400).default(30).describe(
    "Seconds for one image; `limits.item_timeout` holds as well",
  ),
  memory: z.int().min(16).optional().describe("Address space that a process may use, in MiB (Linux)"),
  max_failures: z.int().min(1).default(10).describe(
    "How many images in a row the program may fail on before the run ends",
  ),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "write the name of a variable"), z.string()).default({})
    .describe("Its environment, beside PATH, HOME, LANG and TMPDIR"),
  folder: z.string().min(1).default(".").describe("Where it runs, looked up from the folder of the command line"),
  files: z.array(z.string().min(1)).default([]).describe(
    "More files that it reads: images are computed again when one changes, as when a file named in `command` does",
  ),
  version: z.string().default("").describe(
    "Any text; another one computes all images again, for what no file tells, such as another interpreter",
  ),
});
type Options = z.output<typeof options>;

/** Bytes of an answer. */
const maxBytes = 4 * 1024 * 1024;
/** Lines of stderr that go to the log, and characters of each. */
const mostLines = 200;
const mostCharacters = 500;
/** Milliseconds in which a program ends by itself once its stdin is closed. */
const graceMs = 5000;

/** Hands each item to a program in any language and does what it says. For each item the program reads one line of JSON,
 *  `{"id","key","child","image":{"path","width","height","format"},"facts":{…}}`, and writes one with the same `id` and
 *  one of these: `"keep":true` with `"facts":{…}`; `"drop":"reason"` or `"reject":"reason"`, perhaps with `"detail":"…"`;
 *  `"many":[{"name","crop":[x,y,width,height],"facts":{…}}]`. `keep` and `many` may have `"notes":["…"]`. The file at
 *  `path` is a copy that is gone after the answer. Stdout is for answers alone; what it writes to stderr is logged. A
 *  process is kept for many items, has one at a time, and ends when its stdin does.
 *
 *  An item on which it ends, gives no answer in time or a wrong one is rejected as `program_exit`, `timeout` or
 *  `bad_answer`, and another process goes on. Only what a fresh process fails on counts: an item that came to a process
 *  which had answered others is tried again with a fresh one. */
export default defineItemStep({
  name: "exec",
  version: 1,
  summary: "Hands each image to a program in any language, over lines of JSON, and does what it says",
  options,
  programs: true,
  costly: true,
  tuning: ["processes", "timeout", "max_failures"],
  needs: ({ needs }) => needs,
  gives: ({ gives }) => gives,
  examples: [
    {
      title: "keeps what the program keeps",
      with: { command: ["sed", "-u", String.raw`s/.*"id":"\([^"]*\)".*/{"id":"\1","keep":true}/`], image: "none" },
      expect: "keep",
    },
    {
      title: "drops what the program drops",
      with: {
        command: ["sed", "-u", String.raw`s/.*"id":"\([^"]*\)".*/{"id":"\1","drop":"dull","detail":"It is dull"}/`],
        image: "none",
      },
      expect: { drop: "dull" },
    },
  ],
  async ready({ command, files, folder }, { programs, digestOfFile }) {
    const missing: Missing[] = [];
    const name = programOf(command, folder);
    if (await programs.find(name) === undefined) missing.push(missingProgram(name));
    const way = `paths are looked up from "${folder}", the \`folder\` of this step`;
    for (const file of [...command.slice(1).filter(isScript), ...files]) {
      const there = await digestOfFile(within(folder, file));
      if (there === undefined) missing.push({ what: `There is no file "${file}"`, way });
    }
    return missing;
  },
  async plan({ command, files, folder }, { digestOfFile }) {
    const digests: Record<string, string> = {};
    const [program = "", ...args] = command;
    const own = program.includes("/") && !program.startsWith("/") ? [program] : []; // others are of the machine
    for (const path of [...own, ...args, ...files]) {
      const digest = await digestOfFile(within(folder, path));
      if (digest !== undefined) digests[path] = digest;
    }
    return { key: digests };
  },
  open(options, host) {
    const log = limitedLog(host);
    const pool = createProgramPool(
      () => started(options, host, log),
      options.processes ?? navigator.hardwareConcurrency,
    );
    const talk = createTalk(options, host);
    return {
      each: (item, signal) =>
        pool.use(signal, async (seat) => {
          if (options.image === "none") return await talk(seat, item, undefined, signal);
          await using file = await host.file(item.image, { format: options.format });
          return await talk(seat, item, file, signal);
        }),
      close: () =>
        pool.close(async (program) => {
          const { code, signal, complaint } = await program.end(graceMs);
          const how = signal === undefined ? `with exit code ${code}` : `by ${signal}`;
          if (code !== 0) host.log(`the program ended ${how} after its last image: ${lastOf(complaint)}`);
        }),
    };
  },
});

function programOf([name = ""]: readonly string[], folder: string): string {
  return name.includes("/") ? within(folder, name) : name;
}

function within(folder: string, path: string): string {
  return folder === "." || path.startsWith("/") ? path : `${folder}/${path}`;
}

/** An argument that can be nothing but a file. */
function isScript(word: string): boolean {
  return /^[^-].*\.(?:py|R|r|sh|js|mjs|ts|pl|rb|lua|jl|php|jar|tcl|awk)$/.test(word);
}

/** Debian's packages of the usual interpreters. */
const packages: Readonly<Record<string, string>> = {
  python3: "python3",
  Rscript: "r-base-core",
  R: "r-base-core",
  node: "nodejs",
  perl: "perl",
  ruby: "ruby",
  php: "php-cli",
  lua: "lua5.4",
  java: "default-jre-headless",
  octave: "octave",
};

function missingProgram(name: string): Missing {
  const install = packages[name];
  const how = install === undefined ? "install it" : `install it (Debian: apt-get install ${install})`;
  return { what: `There is no program "${name}"`, way: `${how}, or name its path in "command"` };
}

function limitedLog(host: ItemHost): (line: string) => void {
  let lines = 0;
  return (line) => {
    if (++lines <= mostLines) host.log(line.slice(0, mostCharacters));
    if (lines === mostLines) host.log("further lines of its stderr are not shown");
  };
}

function started({ command, folder, env, memory }: Options, host: ItemHost, log: (line: string) => void): LineProgram {
  const [, ...args] = command;
  const limit = memory === undefined ? {} : { memoryMb: memory };
  const request = { command: programOf(command, folder), args, folder, env, onStderr: log, ...limit };
  return createLineProgram(host.programs.start(request, new AbortController().signal));
}

type Talk = (seat: Seat, item: Item, file: ImageFile | undefined, signal: AbortSignal) => Promise<Verdict>;

/** One conversation about one item. Counts in how many items in a row the program failed. */
function createTalk({ command, needs, gives, timeout, max_failures }: Options, host: ItemHost): Talk {
  const last = new WeakMap<LineProgram, string>();
  const limits = { timeoutMs: timeout * 1000, maxBytes };
  let failures = 0;

  async function ask(program: LineProgram, item: Item, question: string, signal: AbortSignal) {
    const id = idOf(item);
    const before = last.get(program);
    last.set(program, id);
    let answer: LineAnswer = await program.ask(question, limits, signal);
    for (;;) {
      if ("failure" in answer) return answer;
      const said = understood(answer.line, { id, item, gives }, before);
      if ("verdict" in said) return said;
      if ("problem" in said) return { failure: { reason: "bad_answer", detail: said.problem } as LineFailure };
      answer = await program.again(limits, signal); // it answered the item before twice: the first answer counts
    }
  }

  return async (seat, item, file, signal) => {
    const question = questionOf(item, file, needs);
    const wasFresh = seat.program.answered === 0;
    let said = await ask(seat.program, item, question, signal);
    if ("failure" in said && said.failure.reason !== "timeout" && !wasFresh) {
      host.log(`${said.failure.detail}; "${idOf(item)}" is tried again with a fresh process`);
      await seat.leave();
      said = await ask(seat.program, item, question, signal);
    }
    if ("verdict" in said) {
      failures = 0;
      return said.verdict;
    }
    await seat.leave();
    const { reason, detail } = said.failure;
    if (++failures >= max_failures) throw givenUp(command, failures, detail);
    if (reason === "timeout") throw new ItemError(reason, detail);
    return reject(reason, detail);
  };
}

function questionOf(item: Item, file: ImageFile | undefined, needs: readonly string[]): string {
  const { key, child, image, facts } = item;
  const shown = file === undefined
    ? { ...sizeOf(image), format: image.header.format }
    : { path: file.path, width: file.width, height: file.height, format: file.format };
  const named = Object.fromEntries(needs.map((name) => [name, facts[name] ?? null]));
  return JSON.stringify({ id: idOf(item), key, child, image: shown, facts: named });
}

function givenUp(command: readonly string[], failures: number, detail: string): InputError {
  const name = command.join(" ").slice(0, 200);
  const times = failures === 1 ? "an image" : `${failures} images in a row`;
  return new InputError(`Cannot go on with the program "${name}": it failed on ${times}, the last time so: ${detail}`);
}

function lastOf(complaint: string): string {
  return complaint.split("\n").at(-1)?.slice(0, mostCharacters) || "it said nothing";
}
