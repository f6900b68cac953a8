// The frames that the examples are made of. Names: year-event_session_camera_frame.
import type { SceneRequest } from "./scene.ts";

/** `rotated`: stored on its side, with an EXIF orientation. `truncated`: cut off after part of the data. */
export type Frame = SceneRequest & { readonly name: string; readonly flaw?: "rotated" | "truncated" };

const hd = { width: 1280, height: 720 };
const qhd = { width: 960, height: 540 };
const classic = { width: 1024, height: 768 };
const small = { width: 800, height: 600 };

export const frames: readonly Frame[] = [
  { name: "2024-mugello_race_cam1_000118", ...hd, seed: 11, weather: "sun", shot: "front" },
  { name: "2024-mugello_race_cam1_000131", ...hd, seed: 12, weather: "sun", shot: "front" },
  { name: "2024-mugello_race_cam1_000190", ...hd, seed: 13, weather: "sun", shot: "wide" },
  { name: "2024-mugello_race_cam2_000123", ...hd, seed: 14, weather: "sun", shot: "side" },
  { name: "2024-mugello_race_cam2_000136", ...hd, seed: 15, weather: "sun", shot: "side" },
  { name: "2024-mugello_q2_cam1_000045", ...qhd, seed: 16, weather: "cloudy", shot: "front" },
  { name: "2024-mugello_q2_cam1_000058", ...qhd, seed: 17, weather: "cloudy", shot: "rear" },
  {
    name: "2024-mugello_q2_cam3_000402",
    width: 720,
    height: 960,
    seed: 18,
    weather: "cloudy",
    shot: "front",
    flaw: "rotated",
  },
  { name: "2024-assen_race_cam1_000210", ...classic, seed: 19, weather: "rain", shot: "front" },
  { name: "2024-assen_race_cam1_000224", ...classic, seed: 20, weather: "rain", shot: "wide" },
  { name: "2024-assen_race_cam1_000231", ...classic, seed: 21, weather: "rain", shot: "rear" },
  { name: "2024-assen_race_cam2_000212", ...qhd, seed: 22, weather: "rain", shot: "side" },
  { name: "2024-assen_race_cam2_000240", ...qhd, seed: 23, weather: "rain", shot: "front", flaw: "truncated" },
  { name: "2024-assen_fp1_cam1_000007", ...classic, seed: 24, weather: "cloudy", shot: "front" },
  { name: "2024-assen_fp1_cam1_000019", ...classic, seed: 25, weather: "cloudy", shot: "wide" },
  { name: "2023-phillip-island_race_cam1_000301", ...hd, seed: 26, weather: "dusk", shot: "front" },
  { name: "2023-phillip-island_race_cam1_000315", ...hd, seed: 27, weather: "dusk", shot: "wide" },
  { name: "2023-phillip-island_race_cam3_000322", ...qhd, seed: 28, weather: "dusk", shot: "rear" },
  { name: "2023-phillip-island_race_cam3_000333", ...qhd, seed: 29, weather: "dusk", shot: "side" },
  { name: "2023-jerez_q1_cam2_000064", ...small, seed: 30, weather: "sun", shot: "rear" },
  { name: "2023-jerez_q1_cam2_000077", ...small, seed: 31, weather: "sun", shot: "front" },
  { name: "2023-jerez_q1_cam2_000091", ...small, seed: 32, weather: "sun", shot: "side" },
  { name: "2023-jerez_race_cam1_000502", ...qhd, seed: 33, weather: "sun", shot: "wide" },
];

/** What a web server answered instead of a frame: a text under the name of a picture. */
export const noImage = {
  name: "2023-jerez_race_cam1_000515",
  text: "HTTP/1.1 404 Not Found\ncontent-type: text/plain\n\nThere is no frame 515 for this camera.\n",
};
