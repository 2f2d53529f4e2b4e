// A minute of traffic: one bar a second, succeeded below failed below rejected, and retries as a track of their own.

import { sum } from "./meaning.js";
import { SECONDS } from "./store.js";
import { count } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const TOP = 4;
const HEIGHT = 50;
const TRACK = 8;
const GAP = 3;
const stacked = [[0, "succeeded"], [1, "failed"], [2, "rejected"]];
const tracks = [[3, "retried"], [4, "hedged"]];

function make(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  return node;
}

// A round number above the highest bar, so that the scale stays the same for a while.
function scaleFor(peak) {
  const power = 10 ** Math.floor(Math.log10(Math.max(peak, 1)));
  return Math.max(4, [1, 2, 3, 4, 6, 8, 10].map((step) => step * power).find((step) => step >= peak));
}

export class Sparkline {
  #paths = new Map();

  constructor() {
    this.svg = make("svg", { class: "spark", viewBox: `0 0 ${SECONDS * 4} ${TOP + HEIGHT + GAP + TRACK}`, preserveAspectRatio: "none", role: "img" });
    this.svg.append(make("line", { x1: 0, x2: SECONDS * 4, y1: TOP + HEIGHT + 0.5, y2: TOP + HEIGHT + 0.5, class: "base" }));
    for (const [, name] of [...stacked, ...tracks]) {
      const path = make("path", { class: name });
      this.#paths.set(name, path);
      this.svg.append(path);
    }
  }

  // Returns the calls per second at the top of the scale.
  draw(seconds, label) {
    const peak = Math.max(0, ...seconds.map((second) => second[0] + second[1] + second[2]));
    const scale = scaleFor(peak);
    const shapes = Object.fromEntries([...stacked, ...tracks].map(([, name]) => [name, ""]));
    const events = Math.max(3, ...seconds.map((second) => second[3] + second[4]));
    seconds.forEach((second, i) => {
      const x = (SECONDS - seconds.length + i) * 4;
      let top = TOP + HEIGHT;
      for (const [series, name] of stacked) {
        const height = second[series] > 0 ? Math.max(series === 1 ? 3 : 1.5, second[series] / scale * HEIGHT) : 0;
        if (height > 0) {
          top -= height;
          shapes[name] += `M${x} ${top.toFixed(1)}h3v${height.toFixed(1)}h-3z`;
        }
      }
      let bottom = TOP + HEIGHT + GAP;
      for (const [series, name] of tracks) {
        if (second[series] > 0) {
          const height = Math.max(2, second[series] / events * TRACK);
          shapes[name] += `M${x} ${bottom.toFixed(1)}h3v${height.toFixed(1)}h-3z`;
          bottom += height;
        }
      }
    });
    for (const [name, path] of this.#paths) {
      if (path.getAttribute("d") !== shapes[name]) {
        path.setAttribute("d", shapes[name]);
      }
    }
    this.svg.setAttribute("aria-label", label);
    return scale;
  }
}

// What is drawn below the line.
export function trackNames(seconds) {
  const names = tracks.filter(([index]) => sum(seconds, index) > 0).map(([, name]) => name);
  return names.join("\n");
}

const meanings = {
  succeeded: "answered by the service",
  failed: "failed after all retries",
  rejected: "not sent, since the circuit was open or a limit was reached",
  retried: "attempts beyond the first, below the line",
  hedged: "requests sent beside a slow one, below the line",
};

export const series = [...stacked, ...tracks].map(([index, name]) => ({
  name, meaning: meanings[name], text: (seconds) => count(sum(seconds, index)),
}));
