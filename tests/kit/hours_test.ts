import assert from "node:assert/strict";
import { type HourSpan, isWithinHours, readHours, type Weekday } from "../../runtime/kit/hours.ts";

function span(text: string): HourSpan {
  return readHours(text) ?? assert.fail(text);
}

function isOn(text: string, clock: string, weekday = 2, days?: readonly Weekday[]): boolean {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return isWithinHours(span(text), days, { minute: hour * 60 + minute, weekday });
}

Deno.test("readHours() reads spans of a day and over midnight, and nothing else", () => {
  assert.deepEqual(readHours("08:00-17:30"), { from: 480, to: 1050 });
  assert.deepEqual(readHours("22:00-06:00"), { from: 1320, to: 360 });
  assert.deepEqual(readHours("00:00-24:00"), { from: 0, to: 1440 });
  for (
    const text of ["8:00-17:00", "08:00", "24:00-06:00", "08:60-09:00", "08:00-24:01", "08:00-08:00", "08:00 - 09:00"]
  ) {
    assert.equal(readHours(text), undefined, text);
  }
});

Deno.test("isWithinHours() begins with the first minute and ends before the last", () => {
  assert.deepEqual(["07:59", "08:00", "16:59", "17:00"].map((clock) => isOn("08:00-17:00", clock)), [
    false,
    true,
    true,
    false,
  ]);
  assert.deepEqual(["21:59", "22:00", "00:00", "05:59", "06:00"].map((clock) => isOn("22:00-06:00", clock)), [
    false,
    true,
    true,
    true,
    false,
  ]);
  assert.ok(isOn("00:00-24:00", "23:59") && isOn("00:00-24:00", "00:00"));
});

Deno.test("isWithinHours() counts what lies behind midnight to the day before, also from Sunday to Monday", () => {
  assert.ok(isOn("22:00-06:00", "23:00", 4, ["fri"]));
  assert.ok(isOn("22:00-06:00", "05:00", 5, ["fri"]));
  assert.ok(!isOn("22:00-06:00", "05:00", 4, ["fri"]));
  assert.ok(!isOn("22:00-06:00", "23:00", 5, ["fri"]));
  assert.ok(isOn("22:00-06:00", "01:00", 0, ["sun"]));
  assert.ok(!isOn("08:00-17:00", "12:00", 6, ["mon", "fri"]));
});
