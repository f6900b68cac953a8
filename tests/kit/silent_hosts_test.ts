import assert from "node:assert/strict";
import { createSilentHosts } from "../../runtime/kit/silent_hosts.ts";

function silentTimes(hosts: ReturnType<typeof createSilentHosts>, url: string, times: number): (string | undefined)[] {
  return Array.from({ length: times }, () => hosts.silent(url));
}

Deno.test("createSilentHosts() gives up where most of a list is at one host and nobody answers there", () => {
  const hosts = createSilentHosts();
  for (const url of ["http://a:1/1", "http://a:1/2", "http://a:1/3", "http://b/1", "no url"]) hosts.listed(url);
  assert.deepEqual(silentTimes(hosts, "http://a:1/1", 4), [undefined, undefined, undefined, undefined]);
  assert.equal(hosts.complete(), undefined);
  assert.equal(hosts.silent("http://a:1/2"), "a:1");
});

Deno.test("createSilentHosts() says so when the list is complete, where it was seen before", () => {
  const hosts = createSilentHosts();
  hosts.listed("http://a/1");
  assert.equal(silentTimes(hosts, "http://a/1", 999).at(-1), undefined);
  assert.equal(hosts.complete(), "a");
  assert.equal(hosts.silent("http://a/1"), "a");
});

Deno.test("createSilentHosts() goes on where somebody answered, and where there are other hosts", () => {
  const answered = createSilentHosts();
  answered.listed("http://a/1");
  answered.complete();
  answered.answered();
  assert.equal(silentTimes(answered, "http://a/1", 5000).at(-1), undefined);
  const others = createSilentHosts();
  for (const url of ["http://a/1", "http://b/1"]) others.listed(url);
  others.complete();
  assert.equal(silentTimes(others, "http://a/1", 5000).at(-1), undefined);
});

Deno.test("createSilentHosts() gives up before the list is complete only after very many", () => {
  const hosts = createSilentHosts();
  hosts.listed("http://a/1");
  const said = silentTimes(hosts, "http://a/1", 1000);
  assert.deepEqual([said.at(-2), said.at(-1)], [undefined, "a"]);
});
