// `doctor`: its options, help and examples.
import type { Command } from "commander";
import { addCommand, type Finish, storeOption } from "./add_command.ts";
import type { Context } from "./context.ts";

export function addDoctorCommand(program: Command, context: Context, finish: Finish): void {
  addCommand(program, "doctor", "check the store and all else that a run needs, and say how to mend it", [
    "doctor",
    "doctor --store /data/store",
    "doctor --store 's3://bucket/prefix?region=eu-central-1' --json",
  ])
    .addOption(storeOption())
    .option("--json", "print one JSON object a finding")
    .action(async (options) => {
      finish(await (await import("./commands/doctor.ts")).doctor(options, context));
    });
}
