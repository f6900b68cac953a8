// The clock of this machine against that of a server. Requests are signed with the time. Pure.
import { type Finding, ok, problem, warning } from "./finding.ts";

const [noticeMs, refusedMs] = [60_000, 15 * 60_000];

/** Both in milliseconds since 1970. The server tells whole seconds. */
export function clockFinding(server: number, here: number): Finding {
  const off = Math.abs(here - server);
  const seconds = Math.round(off / 1000);
  if (off < noticeMs) return ok("clock", seconds <= 1 ? "agrees with the server's" : `${seconds} s from the server's`);
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  const found = `${amount} ${here > server ? "ahead of" : "behind"} the server's`;
  const mend = "Set this machine's clock, for example by switching on NTP";
  return off < refusedMs ? warning("clock", found, mend) : problem("clock", found, mend);
}
