import { alertMessages, alertOptions, defineSink, digestOfDelivery, readLength, z } from "../runtime/plugin.ts";

const options = z.strictObject(alertOptions);

/** Says in the log of the run what there is to tell, a line for each thing. */
export default defineSink({
  name: "log",
  version: 1,
  summary: "Says in the log that there is a new version, or which threats there are",
  options,
  open: (asked, host) => ({
    messages: (change) => alertMessages(change, asked),
    async deliver(delivery) {
      const { title, lines, count, skipped } = await digestOfDelivery(delivery, asked, host.now());
      if (count > 0) [...(lines.length > 1 ? [title] : []), ...lines].forEach(host.log);
      return { outcome: "delivered", reply: skipped === 0 ? { count } : { count, skipped } };
    },
    patienceMs: readLength(asked.give_up) ?? 0,
  }),
});
