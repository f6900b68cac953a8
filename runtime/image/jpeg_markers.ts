// The markers that divide a JPEG file.

export const jpegMarker = {
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  rst0: 0xd0,
  rst7: 0xd7,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dnl: 0xdc,
  dri: 0xdd,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app15: 0xef,
  com: 0xfe,
} as const;

/** A marker byte and where it stands. `at` is the byte after 0xFF. */
export type Marker = { readonly code: number; readonly at: number };

/** The next marker from `from` on. Bytes that belong to no marker, stuffed zeros and fill bytes are passed over.
 *  `undefined` at the end of the data. */
export function nextMarker(bytes: Uint8Array, from: number): Marker | undefined {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0) {
    while (bytes[at] === 0xff) at++;
    const code = bytes[at];
    if (code === undefined) return undefined;
    if (code !== 0) return { code, at };
    at = bytes.indexOf(0xff, at + 1);
  }
  return undefined;
}

/** True for markers without a length: restarts, start and end of image, and the obsolete 0x01. */
export function standsAlone(code: number): boolean {
  return code >= jpegMarker.rst0 && code <= jpegMarker.eoi || code === 0x01;
}

/** True for the sixteen frame headers, less the three codes in their range that mean something else. */
export function startsFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf &&
    code !== jpegMarker.dht && code !== jpegMarker.jpg && code !== jpegMarker.dac;
}

/** True when a frame of this code is sent in several passes. */
export function isProgressive(code: number): boolean {
  return (code & 0xf3) === 0xc2;
}
