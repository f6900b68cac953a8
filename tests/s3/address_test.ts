import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { type Environment, parseS3Address, s3Place } from "../../runtime/s3/address.ts";

const plain = {
  bucket: "photos",
  prefix: "",
  region: "us-east-1",
  pathStyle: false,
  requesterPays: false,
  singleWriter: false,
};

Deno.test("parseS3Address() takes a bucket, a prefix and what is said of them", () => {
  const cases: readonly (readonly [string, Environment, object])[] = [
    ["s3://photos", {}, plain],
    ["s3://photos/", {}, plain],
    ["S3://photos//a b/c+d%20/?", {}, { ...plain, prefix: "a b/c+d%20" }],
    ["s3://photos/ü?region=eu-west-1", { AWS_REGION: "x" }, { ...plain, prefix: "ü", region: "eu-west-1" }],
    ["s3://photos", { AWS_REGION: "a", AWS_DEFAULT_REGION: "b" }, { ...plain, region: "a" }],
    ["s3://photos", { AWS_REGION: "", AWS_DEFAULT_REGION: "b" }, { ...plain, region: "b" }],
    ["s3://photos?sse=AES256", {}, { ...plain, encryption: { kind: "AES256" } }],
    ["s3://photos?sse=aws:kms", {}, { ...plain, encryption: { kind: "aws:kms" } }],
    ["s3://photos?kms_key=arn:aws:kms:x:1:key/2", {}, {
      ...plain,
      encryption: { kind: "aws:kms", key: "arn:aws:kms:x:1:key/2" },
    }],
    ["s3://photos?requester_pays=true&single_writer=true&ca=/etc/ca.pem", {}, {
      ...plain,
      requesterPays: true,
      singleWriter: true,
      ca: "/etc/ca.pem",
    }],
    ["s3://photos", { AWS_CA_BUNDLE: "/etc/ca.pem" }, { ...plain, ca: "/etc/ca.pem" }],
  ];
  for (const [text, env, address] of cases) assert.deepEqual(parseS3Address(text, env), address, text);
});

Deno.test("parseS3Address() takes an endpoint, encrypted unless it is this machine", () => {
  const endpointOf = (endpoint: string, more = "") => {
    const address = parseS3Address(`s3://photos?endpoint=${endpoint}${more}`, {});
    return [address.endpoint, address.pathStyle];
  };
  assert.deepEqual(endpointOf("https://minio.example.org:9000/"), ["https://minio.example.org:9000", true]);
  assert.deepEqual(endpointOf("https://s3.example.org", "&path_style=false"), ["https://s3.example.org", false]);
  for (const host of ["127.0.0.1:9000", "127.8.9.1", "localhost:80", "[::1]:9000"]) {
    assert.deepEqual(endpointOf(`http://${host}`), [new URL(`http://${host}`).origin, true]);
  }
  const { endpoint } = parseS3Address("s3://photos", {
    AWS_ENDPOINT_URL: "https://a",
    AWS_ENDPOINT_URL_S3: "https://b",
  });
  assert.equal(endpoint, "https://b");
});

Deno.test("parseS3Address() says what is wrong, and what was meant", () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "s3://": /it names no bucket, as s3:\/\/bucket\/prefix does/,
    "s3:///a": /it names no bucket/,
    "photos/a": /it names no bucket/,
    "s3://p": /"p" is no bucket/,
    "s3://-photos": /"-photos" is no bucket/,
    "s3://pho tos": /is no bucket/,
    "s3://photos/a//b": /has a part that is empty/,
    "s3://photos/a/../b": /has a part that is empty, "\." or "\.\."/,
    "s3://photos/a\u0007": /cannot be shown/,
    [`s3://photos/${"x".repeat(513)}`]: /longer than 512 bytes/,
    "s3://photos?regoin=eu": /`regoin` is no parameter\. Did you mean `region`\?/,
    "s3://photos?something=1": /`something` is no parameter\. Those are region, endpoint, path_style/,
    "s3://photos?region=": /`region` has no value/,
    "s3://photos?region=a&region=b": /`region` is given twice/,
    "s3://photos?path_style=yes": /`path_style` is "yes", and must be true or false/,
    "s3://photos?sse=aes": /`sse` is "aes", and must be AES256 or aws:kms/,
    "s3://photos?sse=AES256&kms_key=k": /`kms_key` belongs to sse=aws:kms/,
    "s3://photos?endpoint=minio:9000": /is no address, such as https:/,
    "s3://photos?endpoint=https://h/sub": /has more than a host and a port/,
    "s3://photos?endpoint=http://minio.example.org": /is not encrypted/,
    "s3://photos?endpoint=http://127.0.0.1.example.org": /is not encrypted/,
    "s3://photos?endpoint=http://0.0.0.0:9000": /is not encrypted/,
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(() => parseS3Address(text, {}), (thrown) => {
      assert.ok(thrown instanceof InputError, `${text}: ${thrown}`);
      assert.match(thrown.message, /^Cannot use the address "/);
      assert.match(thrown.message, message, text);
      return true;
    });
  }
});

Deno.test("parseS3Address() refuses keys, and does not repeat them", () => {
  const texts = [
    "s3://AKIA:hidden@photos",
    "s3://photos?secret_key=hidden",
    "s3://photos?access_key=hidden",
    "s3://photos?endpoint=https://AKIA:hidden@minio.example.org",
  ];
  for (const text of texts) {
    assert.throws(() => parseS3Address(text, {}), (thrown) => {
      assert.ok(thrown instanceof InputError && thrown.message.includes("AWS_SECRET_ACCESS_KEY"), `${thrown}`);
      assert.ok(!thrown.message.includes("hidden"), thrown.message);
      return true;
    });
  }
});

Deno.test("s3Place() shows where an address leads, without its parameters", () => {
  assert.equal(s3Place(parseS3Address("s3://photos/a/b/?region=x", {})), "s3://photos/a/b");
  assert.equal(s3Place(parseS3Address("s3://photos/", {})), "s3://photos");
});
