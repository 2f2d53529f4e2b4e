// What a card shows when it is opened: circuits, transitions, the order of the chain, and the settings.

import { next } from "./meaning.js";
import { count, element, setText, span, stateName, time } from "./format.js";

const percent = (share) => `${Math.round(share * 100)} %`;

function table(caption, ...headings) {
  const body = element("tbody");
  const head = element("thead", {}, element("tr", {}, ...headings.map((heading) => element("th", { scope: "col" }, heading))));
  return { body, node: element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", {}, caption), head, body)) };
}

const cells = (...texts) => element("tr", {}, ...texts.map((text) => text instanceof Node ? element("td", {}, text) : element("td", {}, text)));

export class Details {
  #rows;
  #news = "";

  constructor(service, settings) {
    this.service = service;
    this.settings = settings;
    this.circuits = table("Circuits", "Authority", "State", "Since", "Next", "Failures in a row", "Failure ratio", "Last failure", ...(settings.steers ? ["Steer"] : []));
    this.transitions = table("Last transitions", "When", "Authority", "From", "To", "Reason", "Trace");
    this.options = table("Settings in force", "Key", "Value", "Origin");
    this.chain = element("ol", { class: "chain", "aria-label": "Order of the chain" });
    this.fleet = element("p", { class: "fleet" });
    this.node = element("div", { class: "details" },
      this.fleet, this.circuits.node, this.transitions.node, element("h3", {}, "Order of the chain"), this.chain, this.options.node);
  }

  // Settings change seldom, so they are asked for when somebody looks.
  async load() {
    const response = await fetch(`${this.settings.base}/settings?service=${encodeURIComponent(this.service.live.name)}`);
    const rows = response.ok ? await response.json() : [];
    this.options.body.replaceChildren(...rows.map((row) => {
      const made = cells(row.key, row.value, row.origin);
      made.dataset.origin = row.origin === "default" || row.origin === "code" ? row.origin : "configuration";
      return made;
    }));
  }

  render(now) {
    const { live, transitions, chain } = this.service;
    this.fleet.hidden = live.fleet === undefined;
    setText(this.fleet, live.fleet === undefined ? "" : `Fleet: ${live.fleet}`);
    const keys = live.circuits.map((circuit) => `${circuit.authority} ${circuit.state} ${circuit.mode} ${circuit.since}`).join();
    if (keys !== this.#rows) {
      this.#rows = keys;
      this.circuits.body.replaceChildren(...live.circuits.map((circuit) => this.#circuit(circuit)));
      this.chain.replaceChildren(...chain.map((name) => element("li", {}, element("span", {}, name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()))));
    }
    live.circuits.forEach((circuit, i) => {
      const row = this.circuits.body.rows[i].cells;
      setText(row[2], `${time(circuit.since, now)} (${span(now - circuit.since)})`);
      setText(row[3], next(circuit, now, live));
      setText(row[4], count(circuit.consecutiveFailures));
      setText(row[5], `${percent(circuit.failureRatio)} of ${count(circuit.throughput)}`);
      setText(row[6], circuit.lastFailure ?? "none");
    });
    const news = `${transitions[0]?.at} ${transitions.length}`;
    if (news !== this.#news) {
      this.#news = news;
      this.transitions.body.replaceChildren(...transitions.map((one) => cells(
        time(one.at, now), one.authority, stateName[one.from], stateName[one.to], one.reason,
        one.traceId ? element("code", {}, one.traceId) : "none")));
    }
  }

  #circuit(circuit) {
    const observed = circuit.mode === "observe" && circuit.state !== "closed";
    const state = element("span", { class: "state", "data-state": circuit.state }, `${stateName[circuit.state]}${observed ? " (only observed)" : ""}`);
    const row = cells(circuit.authority === "*" ? "all authorities" : circuit.authority, state, "", "", "", "", "");
    if (this.settings.steers) {
      const actions = circuit.state === "isolated" ? ["release", "reset"] : circuit.state === "closed" ? ["isolate"] : ["isolate", "reset"];
      row.append(element("td", { class: "steer" }, ...actions.map((action) => {
        const button = element("button", { type: "button" }, action[0].toUpperCase() + action.slice(1));
        button.addEventListener("click", () => this.settings.steer(action, this.service.live.name, circuit, this.service.live.fleet !== undefined));
        return button;
      })));
    }
    return row;
  }
}
