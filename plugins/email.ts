import {
  type Alert,
  type AlertDigest,
  alertMessages,
  alertNames,
  alertObject,
  alertOptions,
  alertPicture,
  alertValues,
  defineSink,
  type Delivery,
  type DeliveryOutcome,
  digestOf,
  digestOfDelivery,
  filled,
  InputError,
  linkNames,
  markup,
  readLength,
  type SinkHost,
  unknownGap,
  z,
} from "../runtime/plugin.ts";

const address = z.string().max(254).regex(
  /^[^\s<>()[\]\\,;:@"\p{Cc}]+@[^\s<>()[\]\\,;:@"\p{Cc}]+$/u,
  "write an address such as `anna@example.org`",
);
const addresses = z.union([address, z.array(address).min(1)]);

const options = z.strictObject({
  host: z.string().regex(/^[^\s/]+$/).describe("Name or address of the mail server"),
  port: z.int().min(1).max(65535).optional().describe("Its port; 587, and 465 with `security: tls`, when absent"),
  security: z.enum(["starttls", "tls", "none"]).default("starttls").describe(
    "`starttls` begins in the clear and insists on changing to TLS, `tls` begins with it; `none` is for a server on this " +
      "machine, and takes no password",
  ),
  ca: z.string().min(1).optional().describe("The PEM text of the authority to trust, where it is one of your own"),
  user: z.string().min(1).optional().describe("Name to log in with"),
  password: z.string().min(1).optional().describe("Password to log in with: a secret, `${{ secrets.MAIL_PASSWORD }}`"),
  from: address.describe("Address of the sender"),
  from_name: z.string().regex(/^[^\p{Cc}]*$/u).default("Framewright").describe("Name of the sender"),
  to: z.union([addresses, z.record(z.string().min(1), addresses)]).describe(
    "Who gets it: an address, a list, or addresses by user, `{ anna: anna@example.org }`. By user, each gets the hits " +
      "that concern them, and `*` gets all. Each address gets a message of its own",
  ),
  subject: z.string().min(1).default("{{ title }}").describe(
    "The subject; `{{ title }}`, `{{ camera }}`, `{{ location }}` and the like are filled in",
  ),
  picture: z.int().min(64).max(2048).default(640).describe("Pictures fit into a box of so many pixels"),
  pictures: z.int().min(0).max(20).default(4).describe("Hits of a message whose pictures are attached"),
  image_url: z.string().min(1).optional().describe(
    "Link to an image, such as `https://files.example/{{ dataset }}/v{{ number }}/images/valid/{{ camera }}/{{ time }}.jpg`",
  ),
  timeout: z.int().min(1).max(300).default(20).describe("Seconds that the server may say nothing"),
  ...alertOptions,
}).superRefine(({ security, user, password, subject, image_url: link }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if ((user === undefined) !== (password === undefined)) refuse("user", "give `user` and `password`, or neither");
  if (security === "none" && password !== undefined) refuse("security", "a password is sent over TLS only");
  const wrong = unknownGap(subject, alertNames);
  if (wrong !== undefined) refuse("subject", wrong);
  const wrongLink = link === undefined ? undefined : unknownGap(link, linkNames);
  if (wrongLink !== undefined) refuse("image_url", wrongLink);
});
type Options = z.output<typeof options>;

/** Sends an e-mail to each recipient. SMTP cannot say whether a message arrived when a connection breaks at its end: it is
 *  then sent again with the same Message-ID, by which good mailboxes show it once. */
export default defineSink({
  name: "email",
  version: 1,
  summary: "Sends new versions or threats by e-mail, with pictures",
  options,
  network: true,
  async ready({ host, port, security }, ready, signal) {
    const at = port ?? usualPort(security);
    const problem = await ready.connect(host, at, signal);
    if (problem === undefined) return [];
    const way = "start it, mend `host` and `port`, or say `optional: true` of the sink";
    return [{ what: `The mail server ${host}:${at} cannot be reached (${problem})`, way }];
  },
  open(asked, host) {
    const book = addressBook(asked.to);
    return {
      messages: (change) => alertMessages(change, asked, (users) => recipientsFor(asked.to, book, users)),
      deliver: (delivery, signal) => deliver(asked, host, book, delivery, signal),
      patienceMs: readLength(asked.give_up) ?? 0,
    };
  },
});

function usualPort(security: Options["security"]): number {
  return security === "tls" ? 465 : security === "none" ? 25 : 587;
}

// ---- recipients. What is kept in the store names them by a digest, so that no address is written there.

function addressBook(to: Options["to"]): ReadonlyMap<string, string> {
  const all = typeof to === "string" || Array.isArray(to) ? [to].flat() : Object.values(to).flat();
  return new Map(all.map((one) => [recipientOf(one), one]));
}

function recipientOf(one: string): string {
  return digestOf(one).slice(0, 16);
}

function recipientsFor(
  to: Options["to"],
  book: ReadonlyMap<string, string>,
  users: readonly string[] | undefined,
): readonly string[] {
  if (users === undefined || typeof to === "string" || Array.isArray(to)) return [...book.keys()];
  const theirs = [...users, "*"].flatMap((user) => Object.hasOwn(to, user) ? to[user] ?? [] : []);
  return [...new Set(theirs.map(recipientOf))];
}

// ---- delivering

async function deliver(
  asked: Options,
  host: SinkHost,
  book: ReadonlyMap<string, string>,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const digest = await digestOfDelivery(delivery, asked, host.now());
  const { count, skipped, alerts, news } = digest;
  const told = skipped === 0 ? { count } : { count, skipped };
  if (count === 0) return { outcome: "delivered", reply: { ...told, why: "all of it is too old" } };
  const to = book.get(alerts[0]?.recipient ?? news[0]?.recipient ?? "");
  if (to === undefined) return { outcome: "failed", why: "its recipient is no longer in the manifest", reply: told };
  const messageId = `<${delivery.id}@${asked.from.slice(asked.from.lastIndexOf("@") + 1)}>`;
  const mail = await composed(asked, host, { delivery, digest, to, messageId });
  const outcome = await sent(asked, to, mail, signal);
  return { ...outcome, reply: { ...told, message_id: messageId, ...outcome.reply } };
}

type Mail = {
  readonly delivery: Delivery;
  readonly digest: AlertDigest;
  readonly to: string;
  readonly messageId: string;
};

async function composed(
  asked: Options,
  host: SinkHost,
  { delivery, digest, to, messageId }: Mail,
): Promise<Uint8Array> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const pictures: { readonly alert: Alert; readonly jpeg: Uint8Array; readonly cid: string }[] = [];
  for (const alert of digest.alerts.slice(0, asked.pictures)) {
    const jpeg = await alertPicture(host, alert, asked.picture);
    if (jpeg !== undefined) pictures.push({ alert, jpeg, cid: `${pictures.length + 1}.${delivery.id}@framewright` });
  }
  const values = alertValues(delivery, digest, asked.image_url);
  const links = digest.alerts.map((alert) => {
    const { image_url: link } = alertObject(alert, delivery.dataset, asked.image_url);
    return link === undefined ? [] : [link];
  });
  const cids = new Map(pictures.map(({ alert, cid }) => [alert, cid]));
  const composer = new MailComposer({
    from: { name: asked.from_name, address: asked.from },
    to: { name: "", address: to },
    subject: oneLine(String(filled(asked.subject, values))),
    messageId,
    date: new Date(delivery.at),
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    text: `${digest.title}\n\n${digest.lines.map((line, at) => [line, ...links[at] ?? []].join("\n  ")).join("\n")}\n`,
    html: htmlOf(delivery, digest, cids, links).html,
    attachments: pictures.map(({ alert, jpeg, cid }, index) => ({
      filename: `${index + 1}-${alert.camera ?? "image"}.jpg`.replace(/[^A-Za-z0-9._-]/g, "_"),
      content: Buffer.from(jpeg),
      contentType: "image/jpeg",
      cid,
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

/** Longest subject, in characters. */
const longestSubject = 200;

function oneLine(text: string): string {
  return [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim()].slice(0, longestSubject).join("");
}

function htmlOf(
  { dataset }: Delivery,
  { title, alerts, lines }: AlertDigest,
  cids: ReadonlyMap<Alert, string>,
  links: readonly (readonly string[])[],
) {
  const news = lines.length - alerts.length;
  const shown = lines.map((line, index) => {
    const alert = alerts[index];
    const cid = alert === undefined ? undefined : cids.get(alert);
    const picture = cid === undefined
      ? markup``
      : markup`<br><img src="cid:${cid}" alt="${line}" style="max-width:100%;margin:8px 0 4px;border-radius:4px">`;
    const link = (links[index] ?? []).map((to) => markup` <a href="${to}">Show</a>`);
    return markup`<li style="margin:0 0 12px">${line}${link}${picture}</li>`;
  });
  const list = alerts.length === 0 && news <= 1
    ? markup``
    : markup`<ul style="padding:0;margin:0;list-style:none">${shown}</ul>`;
  return markup`<!doctype html>
<html><body style="font:15px/1.5 system-ui,sans-serif;color:#1f2328;margin:0;padding:16px;max-width:680px">
<h1 style="font-size:19px;line-height:1.3;margin:0 0 16px">${title}</h1>
${list}
<p style="color:#59636e;font-size:13px;border-top:1px solid #d1d9e0;padding-top:8px;margin:16px 0 0">Dataset ${dataset}</p>
</body></html>
`;
}

// ---- SMTP

/** What the SMTP client throws. */
type SmtpError = Error & {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
};

async function sent(asked: Options, to: string, mail: Uint8Array, signal: AbortSignal): Promise<DeliveryOutcome> {
  const { default: SMTPConnection } = await import("nodemailer/lib/smtp-connection");
  const { host, security, ca, timeout, user, password } = asked;
  const connection = new SMTPConnection({
    host,
    port: asked.port ?? usualPort(security),
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    connectionTimeout: timeout * 1000,
    greetingTimeout: timeout * 1000,
    socketTimeout: timeout * 1000,
    socketCloseTimeout: 1000,
    maxResponseSize: 65_536,
    logger: false,
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
  let phase: "connect" | "login" | "send" = "connect";
  try {
    const response = await new Promise<string>((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      connection.on("error", reject);
      connection.on("end", () => reject(new InputError("Cannot send: the server ended the connection")));
      const send = () => {
        phase = "send";
        const envelope = { from: asked.from, to: [to], size: mail.length };
        connection.send(envelope, Buffer.from(mail), (error, info) => error ? reject(error) : resolve(info.response));
      };
      connection.connect((error) => {
        if (error) return reject(error);
        if (user === undefined || password === undefined) return send();
        phase = "login";
        connection.login({ user, pass: password }, (error) => error ? reject(error) : send());
      });
    });
    connection.quit();
    return { outcome: "delivered", reply: { response: oneLine(response) } };
  } catch (thrown) {
    signal.throwIfAborted();
    return outcomeOf(asked, thrown, phase);
  } finally {
    connection.close();
  }
}

function outcomeOf(asked: Options, thrown: unknown, phase: "connect" | "login" | "send"): DeliveryOutcome {
  if (!(thrown instanceof Error)) throw thrown;
  const { responseCode: status, response, message, command }: SmtpError = thrown;
  const reply = response === undefined ? {} : { reply: { response: oneLine(response) } };
  const server = `${asked.host}:${asked.port ?? usualPort(asked.security)}`;
  const why = `Cannot send by ${server}: ${oneLine(message)}`;
  if (phase !== "send") {
    const hint = phase === "login" ? ". Mend `user` and `password`" : "";
    return { outcome: "again", why: `${why}${hint}`, isDown: true, ...reply };
  }
  // A server that says no to this message, or to whom it goes, means it. A no to the sender can be mended.
  if (command === "MAIL FROM") return { outcome: "again", why, isDown: true, ...reply };
  if (status !== undefined && status >= 500) return { outcome: "failed", why, ...reply };
  if (status === undefined) return { outcome: "again", why, isDown: true, maybeSent: true, ...reply };
  return { outcome: "again", why, ...(status === 421 ? { isDown: true } : {}), ...reply };
}
