import assert from "node:assert/strict";
import { isWithin, parseAddress, parseNetwork, specialUse, textOf } from "../../runtime/fetch/addresses.ts";

Deno.test("specialUse() knows what is not on the open Internet", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    unspecified: ["0.0.0.0", "0.1.2.3", "::"],
    loopback: ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "[::1]"],
    private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1", "::ffff:10.0.0.1"],
    shared: ["100.64.0.1", "100.127.255.255"],
    "link-local": ["169.254.0.1", "fe80::1"],
    metadata: [
      "169.254.169.254",
      "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe",
      "fd00:ec2::254",
      "100.100.100.200",
      "168.63.129.16",
    ],
    multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
    documentation: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    benchmark: ["198.18.0.1", "198.19.255.255"],
    "6to4": ["2002:7f00:1::", "192.88.99.1"],
    reserved: ["240.0.0.1", "255.255.255.255", "192.0.0.8", "2001::1", "64:ff9b:1::1", "::7f00:1", "4000::1"],
  };
  for (const [use, texts] of Object.entries(cases)) {
    for (const text of texts) {
      const address = parseAddress(text);
      assert.equal(address && specialUse(address), use, text);
    }
  }
  for (
    const text of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
  ) {
    const address = parseAddress(text);
    assert.ok(address);
    assert.equal(specialUse(address), undefined, text);
  }
});

Deno.test("parseAddress() takes addresses in their usual spelling alone", () => {
  for (const text of ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "256.1.1.1", "2130706433", "fe80::1%eth0"]) {
    assert.equal(parseAddress(text), undefined, text);
  }
  for (const text of ["::1::", "12345::", "a", "localhost", " 1.2.3.4", "1:2:3:4:5:6:7:8:9"]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

Deno.test("textOf() gives an address that means the same", () => {
  const texts = ["1.2.3.4", "0:0:0:0:0:0:0:1", "2001:db8:0:0:1:0:0:1"];
  for (const text of texts) assert.equal(textOf(parseAddress(text) ?? assert.fail(text)), text);
});

Deno.test("parseNetwork() reads networks and tells what is within", () => {
  const within = (address: string, network: string) =>
    isWithin(parseAddress(address) ?? assert.fail(), parseNetwork(network) ?? assert.fail());
  assert.ok(within("10.1.2.3", "10.1.0.0/16"));
  assert.ok(!within("10.2.0.0", "10.1.0.0/16"));
  assert.ok(within("1.2.3.4", "0.0.0.0/0"));
  assert.ok(!within("::1", "0.0.0.0/0"));
  assert.ok(within("fd00::7", "fd00::/8"));
  assert.ok(within("127.0.0.1", "127.0.0.1") && !within("127.0.0.2", "127.0.0.1"));
  for (const text of ["10.0.0.0/33", "::/129", "10.0.0.0/", "/8", "a/8", "10.0.0.0/8/8"]) {
    assert.equal(parseNetwork(text), undefined, text);
  }
});
