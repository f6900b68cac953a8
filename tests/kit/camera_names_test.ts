import assert from "node:assert/strict";
import { cameraIn, readCameraName } from "../../runtime/kit/camera_names.ts";

Deno.test("readCameraName() ends the id at the last hyphen, in any folder, with any of the extensions", () => {
  const unix = 1_795_000_000;
  for (
    const [path, camera] of [
      ["gate-1795000000.jpg", "gate"],
      ["gate-north-2-1795000000.JPEG", "gate-north-2"],
      ["2026-11/a/Tor 3-1795000000.png", "Tor 3"],
      ["1-1795000000.jpg", "1"],
      ["a.b-1795000000.jpg", "a.b"],
      ["北門-1795000000.jpg", "北門"],
    ] as const
  ) assert.deepEqual(readCameraName(path, "seconds"), { camera, unix }, path);
});

Deno.test("readCameraName() reads milliseconds where they are asked for", () => {
  assert.deepEqual(readCameraName("gate-1795000000123.jpg", "milliseconds"), {
    camera: "gate",
    unix: 1_795_000_000.123,
  });
});

Deno.test("readCameraName() says what is wrong with a name", () => {
  for (
    const [path, reason, says] of [
      ["gate1795000000.jpg", "bad_name", /no hyphen/],
      ["-1795000000.jpg", "bad_name", /names no camera/],
      ["gate-.jpg", "bad_name", /"" behind the last hyphen/],
      ["gate-1795000000.webp", "bad_name", /does not end in/],
      ["gate-1795000000", "bad_name", /does not end in/],
      ["gate-1795000000.jpg.txt", "bad_name", /does not end in/],
      ["gate-12:30.jpg", "bad_name", /"12:30"/],
      ["gate-1795000000.5.jpg", "bad_name", /"1795000000\.5"/],
      ["gate-1e9.jpg", "bad_name", /"1e9"/],
      ["gate-+1795000000.jpg", "bad_name", /"\+1795000000"/],
      ["gate-1795000000 (1).jpg", "bad_name", /\(1\)/],
      ["gate-١٧٩٥٠٠٠٠٠٠.jpg", "bad_name", /behind the last hyphen/],
      [" gate-1795000000.jpg", "bad_name", /spaces around/],
      ["ga\u0007te-1795000000.jpg", "bad_name", /control characters/],
      ["gate--1795000000.jpg", "bad_time", /never negative/],
      ["gate-0.jpg", "bad_time", /outside of 2000-01-01 to 2100-01-01/],
      ["gate-01795000000.jpg", "bad_time", /01795000000/],
      ["gate-946684799.jpg", "bad_time", /946684799/],
      ["gate-4102444800.jpg", "bad_time", /4102444800/],
      ["gate-99999999999999999999.jpg", "bad_time", /outside/],
      ["gate-1795000000000.jpg", "bad_time", /in milliseconds, and seconds are expected/],
    ] as const
  ) {
    const flaw = readCameraName(path, "seconds");
    assert.ok("reason" in flaw, path);
    assert.equal(flaw.reason, reason, path);
    assert.match(flaw.detail, says, path);
  }
});

Deno.test("readCameraName() tells seconds where milliseconds are expected", () => {
  const flaw = readCameraName("gate-1795000000.jpg", "milliseconds");
  assert.ok("reason" in flaw && flaw.reason === "bad_time");
  assert.match(flaw.detail, /in seconds, and milliseconds are expected \(`time: milliseconds`\)/);
});

Deno.test("cameraIn() finds the camera of names that have other faults", () => {
  assert.equal(cameraIn("a/gate-north-17.jpg"), "gate-north");
  assert.equal(cameraIn("gate-north-1795000000000.webp"), "gate-north");
  for (const path of ["gate_1795000000.jpg", "-5.jpg", " -5.jpg", "gate-x.jpg"]) {
    assert.equal(cameraIn(path), undefined);
  }
});
