// NumPy, as Debian has it, for tests that compare with it.

async function python(program: string): Promise<{ readonly success: boolean; readonly said: string }> {
  try {
    const command = new Deno.Command("/usr/bin/python3", { args: ["-c", program], stdout: "piped", stderr: "piped" });
    const { success, stdout, stderr } = await command.output();
    return { success, said: new TextDecoder().decode(success ? stdout : stderr) };
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return { success: false, said: "there is no Python" };
    throw thrown;
  }
}

const { success: hasNumpy } = await python("import numpy");

/** A test that needs python3-numpy; where `CI` is set it must run. */
export function numpyTest(name: string, body: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasNumpy && Deno.env.get("CI") === undefined, fn: body });
}

/** What a program prints that has NumPy as `numpy`. */
export async function printedByNumpy(program: string): Promise<string> {
  const { success, said } = await python(`import numpy\n${program}`);
  if (!success) throw new TypeError(`Cannot run NumPy: ${said}`);
  return said;
}
