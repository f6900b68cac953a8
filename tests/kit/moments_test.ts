import assert from "node:assert/strict";
import { clockAt, isTimeZone, localText, offsetAt, utcText } from "../../runtime/kit/moments.ts";

function unixOf(text: string): number {
  return Date.parse(text) / 1000;
}

Deno.test("utcText() writes seconds, or milliseconds when asked", () => {
  assert.equal(utcText(1_795_253_400), "2026-11-21T09:30:00Z");
  assert.equal(utcText(1_795_253_400.5), "2026-11-21T09:30:00Z");
  assert.equal(utcText(1_795_253_400.123, 3), "2026-11-21T09:30:00.123Z");
});

Deno.test("localText() shows summer and winter time, halves of hours and the date of the place", () => {
  assert.equal(localText(unixOf("2026-11-21T09:30:00Z"), "Europe/Rome"), "2026-11-21T10:30:00+01:00");
  assert.equal(localText(unixOf("2026-07-21T09:30:00Z"), "Europe/Rome"), "2026-07-21T11:30:00+02:00");
  assert.equal(localText(unixOf("2026-11-21T20:30:00Z"), "Asia/Kolkata"), "2026-11-22T02:00:00+05:30");
  assert.equal(localText(unixOf("2026-11-21T02:30:00Z"), "America/St_Johns"), "2026-11-20T23:00:00-03:30");
  assert.equal(localText(1_795_253_400.25, "UTC", 3), "2026-11-21T09:30:00.250+00:00");
});

Deno.test("localText() tells the hour that comes twice apart, and leaves out the one that does not come", () => {
  assert.equal(localText(unixOf("2026-10-25T00:59:59Z"), "Europe/Rome"), "2026-10-25T02:59:59+02:00");
  assert.equal(localText(unixOf("2026-10-25T01:00:00Z"), "Europe/Rome"), "2026-10-25T02:00:00+01:00");
  assert.equal(localText(unixOf("2026-03-29T00:59:59Z"), "Europe/Rome"), "2026-03-29T01:59:59+01:00");
  assert.equal(localText(unixOf("2026-03-29T01:00:00Z"), "Europe/Rome"), "2026-03-29T03:00:00+02:00");
});

Deno.test("clockAt() counts minutes and days of the week as the place does", () => {
  assert.deepEqual(clockAt(unixOf("2026-11-21T09:30:00Z"), "UTC"), { minute: 570, weekday: 5 });
  assert.deepEqual(clockAt(unixOf("2026-11-22T23:30:00Z"), "Europe/Rome"), { minute: 30, weekday: 0 });
  assert.deepEqual(clockAt(unixOf("2026-11-23T03:30:00Z"), "America/New_York"), { minute: 22 * 60 + 30, weekday: 6 });
});

Deno.test("isTimeZone() knows the names of the database, and neither offsets nor inventions", () => {
  for (const name of ["UTC", "Europe/Rome", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]) assert.ok(isTimeZone(name));
  for (const name of ["", "+01:00", "Rome", "Europe/Atlantis", "europe/", "UTC+1"]) assert.ok(!isTimeZone(name), name);
});

Deno.test("offsetAt() throws a RangeError for an unknown zone", () => {
  assert.throws(() => offsetAt(0, "Nowhere"), RangeError);
});
