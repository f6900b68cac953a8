import {
  alertMessages,
  alertNames,
  alertObject,
  alertOptions,
  alertPicture,
  alertValues,
  canonicalJson,
  defineSink,
  type Delivery,
  type DeliveryOutcome,
  digestOfDelivery,
  filled,
  InputError,
  ItemError,
  type Json,
  linkNames,
  readLength,
  secretBytes,
  signedHeaders,
  type SinkHost,
  TransientError,
  unknownGap,
  type WebPolicy,
  z,
} from "../runtime/plugin.ts";

const secret = z.string().refine(
  (text) => secretBytes(text) !== undefined,
  "write `whsec_` and 24 to 64 bytes in base64, as `openssl rand -base64 32` gives them",
);

const json: z.ZodType<Json> = z.json();

const options = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Where messages go, by POST"),
  secret: z.union([secret, z.array(secret).min(1)]).transform((given) => typeof given === "string" ? [given] : given)
    .optional().describe(
      "Signs each message as Standard Webhooks has it: `whsec_…`; several while receivers change from one to the next",
    ),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/)).default({}).describe(
    "Further headers, such as `Authorization`",
  ),
  template: json.optional().describe(
    `The body, for receivers that want one of their own, such as Slack: JSON whose texts may hold ${
      alertNames.slice(0, 3).map((name) => `\`{{ ${name} }}\``).join(", ")
    } and other names; \`{{ alerts }}\` alone is the list of all that are shown`,
  ),
  form: z.boolean().default(false).describe(
    "Send the template as a web form, as Twilio wants it: it must be an object of texts then",
  ),
  escape: z.enum(["none", "html"]).default("none").describe(
    "Have `&`, `<` and `>` in what is filled into the template escaped, as Slack and HTML in Telegram need it",
  ),
  image_url: z.string().min(1).optional().describe(
    "Link to an image, such as `https://files.example/{{ dataset }}/v{{ number }}/images/valid/{{ camera }}/{{ time }}.jpg`",
  ),
  picture: z.int().min(32).max(2048).nullable().default(null).describe(
    "Send pictures along, as JPEG in base64 that fit into a box of so many pixels: of the first four hits",
  ),
  allow: z.array(z.string().min(1)).default([]).describe(
    "Hosts and networks that may be reached although they are private: `127.0.0.1`, `10.1.0.0/16`, `hooks.lan`",
  ),
  timeout: z.int().min(1).max(300).default(15).describe("Seconds in which the receiver has to answer"),
  ...alertOptions,
}).superRefine(({ template, form, image_url: link }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  const wrong = template === undefined ? undefined : unknownGap(template, alertNames);
  if (wrong !== undefined) refuse("template", wrong);
  const wrongLink = link === undefined ? undefined : unknownGap(link, linkNames);
  if (wrongLink !== undefined) refuse("image_url", wrongLink);
  if (form && !isFormTemplate(template)) refuse("form", "a form needs a template that is an object of texts");
});
type Options = z.output<typeof options>;

/** Pictures that are sent along. */
const mostPictures = 4;
/** Bytes of an answer that are read; nobody needs them. */
const mostAnswer = 10_000_000;

/** Tells a receiver by HTTP. Without a template the body is that of Standard Webhooks: `type`, `timestamp`, `data`. */
export default defineSink({
  name: "webhook",
  version: 1,
  summary: "Sends new versions or threats to a web address, signed, or as a message to a chat or an SMS service",
  options,
  network: true,
  open: (asked, host) => ({
    messages: (change) => alertMessages(change, asked),
    deliver: (delivery, signal) => deliver(asked, host, delivery, signal),
    patienceMs: readLength(asked.give_up) ?? 0,
  }),
});

async function deliver(
  asked: Options,
  host: SinkHost,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const digest = await digestOfDelivery(delivery, asked, host.now());
  const { count, skipped } = digest;
  const told = skipped === 0 ? { count } : { count, skipped };
  if (count === 0) return { outcome: "delivered", reply: { ...told, why: "all of it is too old" } };
  const { body, type } = asked.template === undefined
    ? await standardBody(asked, host, delivery, digest)
    : templateBody(asked, alertValues(delivery, digest, asked.image_url), asked.template);
  const bytes = new TextEncoder().encode(body);
  const secrets = (asked.secret ?? []).flatMap((text) => secretBytes(text) ?? []);
  const headers = {
    "content-type": type,
    ...asked.headers,
    ...signedHeaders(delivery.id, Math.floor(host.now() / 1000), bytes, secrets),
  };
  try {
    const request = { url: asked.url, method: "POST", headers, body: bytes, policy: policyOf(asked) } as const;
    const { status } = await host.web.send(request, signal);
    return { outcome: "delivered", reply: { ...told, status } };
  } catch (thrown) {
    return { ...outcomeOf(asked, thrown, signal), reply: told };
  }
}

function policyOf({ timeout, allow }: Options): WebPolicy {
  // Each try is written down, so the engine makes them.
  return { maxBytes: mostAnswer, timeoutMs: timeout * 1000, redirects: 0, tries: 1, perHost: 1, allow, robots: [] };
}

function outcomeOf({ url }: Options, thrown: unknown, signal: AbortSignal): DeliveryOutcome {
  if (signal.aborted || !(thrown instanceof ItemError || thrown instanceof TransientError)) throw thrown;
  // Often all behind the host is a secret.
  const why = thrown.message.replace(/^Cannot read "[^"]*"/, () => `Cannot post to "${new URL(url).origin}"`);
  if (thrown instanceof TransientError) {
    const code = thrown.cause instanceof ItemError ? thrown.cause.code : "";
    const maybeSent = !/^http_|^dns$|^unreachable$|^tls/.test(code);
    const { retryAfterMs: afterMs } = thrown;
    return {
      outcome: "again",
      why,
      isDown: true,
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(maybeSent ? { maybeSent } : {}),
    };
  }
  // The status was 2xx, else its body would not have been read.
  if (["too_large", "bad_encoding"].includes(thrown.code)) return { outcome: "delivered" };
  if (thrown.code === "http_410") return { outcome: "failed", why: `${why}: the receiver wants no more` };
  const hint = thrown.code === "forbidden_address" ? ". Name its host with `allow:` if that is meant" : "";
  return { outcome: "again", why: `${why}${hint}` };
}

type Body = { readonly body: string; readonly type: string };
type AlertDigest = Awaited<ReturnType<typeof digestOfDelivery>>;

async function standardBody(asked: Options, host: SinkHost, delivery: Delivery, digest: AlertDigest): Promise<Body> {
  const { title, count, more, rules, cameras, news } = digest;
  const alerts = [];
  for (const [index, alert] of digest.alerts.entries()) {
    const jpeg = asked.picture === null || index >= mostPictures
      ? undefined
      : await alertPicture(host, alert, asked.picture);
    const picture = jpeg === undefined ? {} : { picture: { media_type: "image/jpeg", base64: jpeg.toBase64() } };
    alerts.push({ ...alertObject(alert, delivery.dataset, asked.image_url), ...picture });
  }
  const versions = news.map(({ number, version, counts }) => ({ number, version, counts }));
  const data = asked.of === "version"
    ? { dataset: delivery.dataset, title, versions }
    : { dataset: delivery.dataset, title, count, more, rules, cameras, alerts };
  const type = asked.of === "version" ? "dataset.version" : "dataset.threats";
  return { body: canonicalJson({ type, timestamp: delivery.at, data }), type: "application/json" };
}

function templateBody({ form, escape }: Options, values: ReturnType<typeof alertValues>, template: Json): Body {
  const shown = (text: string) =>
    escape === "none" ? text : text.replace(/[&<>]/g, (found) => ({ "&": "&amp;", "<": "&lt;" })[found] ?? "&gt;");
  const whole = filled(template, values, shown);
  if (!form) return { body: canonicalJson(whole), type: "application/json" };
  if (!isFormTemplate(template) || typeof whole !== "object" || whole === null) {
    throw new InputError("Cannot make a form: the template is no object of texts");
  }
  const fields = Object.entries(whole).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : canonicalJson(value ?? ""),
  ]);
  return { body: new URLSearchParams(fields).toString(), type: "application/x-www-form-urlencoded" };
}

function isFormTemplate(template: Json | undefined): boolean {
  return typeof template === "object" && template !== null && !Array.isArray(template) &&
    Object.values(template).every((value) => typeof value === "string");
}
