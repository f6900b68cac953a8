// The C library of Linux, for calls that Deno has not, or that take it several times as long.

const symbols = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  link: { parameters: ["buffer", "buffer"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  syscall: { parameters: ["i64", "i32", "buffer", "buffer", "usize"], result: "i64" },
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
} as const;

export type Libc = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** Undefined until somebody asked; false when there is none here. */
let loaded: Libc | false | undefined;

/** `undefined` where there is another system or C library, or no permission to call it. */
export function loadLibc(): Libc | undefined {
  loaded ??= opened();
  return loaded === false ? undefined : loaded;
}

function opened(): Libc | false {
  try {
    return Deno.build.os === "linux" && Deno.dlopen("libc.so.6", symbols).symbols;
  } catch {
    return false;
  }
}

const encoder = new TextEncoder();

/** A path as the C library takes it. */
export function pathBytes(path: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${path}\0`);
}

/** True when Deno lets nobody be asked, and forbids nothing, of what is done with files below `folder` or, when it is
 *  absent, anywhere. Its permissions do not bind the C library: ask before. */
export function isGranted(name: "read" | "write", folder?: string): boolean {
  const { state, partial } = Deno.permissions.querySync({ name, ...(folder === undefined ? {} : { path: folder }) });
  return state === "granted" && !partial;
}
