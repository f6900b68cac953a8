// Ends programs for certain: also when the thread or the process that started them is gone without a word.

export interface ProgramGuard {
  add(group: number): void;
  remove(group: number): void;
  close(): Promise<void>;
}

/** A shell that waits beside us. It reads which process groups run; when its input ends, it ends them. A Worker that is
 *  terminated and a process that is killed close that input, whatever else they cannot do any more. */
export function createProgramGuard(): ProgramGuard {
  let opened: Opened | undefined;
  const tell = (line: string) => {
    opened ??= open();
    void opened?.writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {}); // it is gone; we are not
  };
  return {
    add: (group) => tell(`+ ${group}`),
    remove: (group) => tell(`- ${group}`),
    async close() {
      if (opened === undefined) return;
      await opened.writer.close().catch(() => {});
      await opened.child.status;
    },
  };
}

/** Ends a program and all that it started, as far as that stayed in its process group. */
export function endGroup(child: Deno.ChildProcess): void {
  try {
    if (Deno.build.os === "windows") child.kill("SIGKILL");
    else Deno.kill(-child.pid, "SIGKILL");
  } catch {
    // it has ended already
  }
}

type Opened = { readonly child: Deno.ChildProcess; readonly writer: WritableStreamDefaultWriter<Uint8Array> };

/** The `kill` of dash knows no `--`. */
const script = `
groups=" "
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
exit 0`;

/** In a group of its own, out of reach of Ctrl-C in a terminal; nothing of the environment. */
function open(): Opened | undefined {
  if (Deno.build.os === "windows") return undefined;
  try {
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", script],
      clearEnv: true,
      cwd: "/",
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    return { child, writer: child.stdin.getWriter() };
  } catch {
    return undefined; // no shell here: programs end with the run, and when their pipes close
  }
}
