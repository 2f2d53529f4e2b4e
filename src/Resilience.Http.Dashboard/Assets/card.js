// One service as a card. Its body is made when the card comes into view for the first time.

import { IN_WINDOW, RECENT, callers, isBudgetEmpty, isPartly, levelMeanings, levelNames, levelOf, limitOf, story, totals, worstCircuit } from "./meaning.js";
import { SECONDS } from "./store.js";
import { count, element, milliseconds, rate, serviceName, setText, stateName } from "./format.js";
import { Sparkline, series, trackNames } from "./sparkline.js";
import { Details } from "./details.js";

let made = 0;

export class Card {
  visible = false;
  #body;
  #details;
  #steer;

  constructor(service, settings) {
    this.service = service;
    this.settings = settings;
    const id = `service-${++made}`;
    this.badge = element("span", { class: "badge" });
    this.name = element("h2", { id }, serviceName(service.live.name));
    this.toggle = element("button", { class: "quiet toggle", type: "button", "aria-expanded": "false", "aria-describedby": id }, "Details");
    this.toggle.addEventListener("click", () => this.expand(!this.expanded));
    this.head = element("div", { class: "head" }, this.name, this.badge);
    this.meaning = element("span", { id: `${id}-meaning`, class: "hidden" });
    this.article = element("article", { "aria-labelledby": id, "aria-describedby": this.meaning.id, tabindex: "-1" }, this.head, this.meaning);
    this.node = element("li", { class: "card" }, this.article);
    this.node.card = this;
  }

  get expanded() {
    return this.toggle.getAttribute("aria-expanded") === "true";
  }

  expand(open) {
    this.toggle.setAttribute("aria-expanded", String(open));
    setText(this.toggle, open ? "Hide details" : "Details");
    this.node.classList.toggle("expanded", open);
    this.#make();
    if (open && !this.#details) {
      this.#details = new Details(this.service, this.settings);
    }
    if (open) {
      this.article.append(this.#details.node);
      this.#details.load();
    } else {
      this.#details?.node.remove();
    }
    this.render();
  }

  // The parts that the order and the filters depend on.
  assess(now) {
    this.level = levelOf(this.service);
    this.circuit = worstCircuit(this.service);
    this.now = now;
  }

  render() {
    const state = this.circuit?.state;
    this.node.dataset.level = this.level;
    const limited = this.level === "failing" && limitOf(this.service)?.only;
    const down = this.level === "down" && (isPartly(this.service) ? "Partly down" : state === "isolated" && stateName[state]);
    setText(this.badge, limited ? "Limited" : down || levelNames[this.level]);
    this.badge.title = levelMeanings[this.level];
    setText(this.meaning, `${this.badge.textContent}. ${levelMeanings[this.level]}`);
    if (!this.visible && !this.expanded) {
      return;
    }
    this.#make();
    const { text, next } = story(this.service, this.now);
    const { live, seconds } = this.service;
    setText(this.#body.story, text);
    setText(this.#body.next, next);
    const met = callers(this.service);
    setText(this.#body.callers, met.text);
    setText(this.#body.window, `${met.window === IN_WINDOW ? `Last ${RECENT} s` : "Since the circuit closed"}${met.note ? `: ${met.note}` : ""}`);
    this.#body.callers.dataset.level = met.level;
    const minute = totals(seconds);
    const label = `Last minute: ${series.map((one) => `${one.text(seconds)} ${one.name}`).join(", ")}`;
    setText(this.#body.scale, `${count(this.#body.spark.draw(seconds, label))}/s`);
    setText(this.#body.tracks, trackNames(seconds));
    series.forEach((one, i) => setText(this.#body.legend[i], one.text(seconds)));
    setText(this.#body.rate, `${rate((minute.succeeded + minute.failed + minute.rejected) / Math.max(1, seconds.length))}/s`);
    ["p50", "p95", "p99"].forEach((name) => setText(this.#body[name], milliseconds(live[name])));
    this.#meter(this.#body.budget, live.budget, live.budgetCapacity, (value) => isBudgetEmpty(live) ? "empty: no retries" : `${Math.floor(value)} of ${live.budgetCapacity} left`);
    this.#meter(this.#body.inFlight, live.inFlight, live.inFlightLimit, (value) =>
      live.inFlightLimit === undefined ? count(value) : `${count(value)} of ${count(live.inFlightLimit)}`);
    if (this.expanded) {
      this.#details.render(this.now);
    }
  }

  #meter({ text, bar }, value, capacity, words) {
    setText(text, value === undefined ? "off" : words(value));
    bar.parentElement.hidden = value === undefined || capacity === undefined;
    bar.style.setProperty("--left", capacity ? Math.min(1, Math.max(0, value / capacity)).toFixed(3) : "0");
  }

  #make() {
    if (this.#body) {
      return;
    }
    const figure = (label, ...content) => element("div", {}, element("dt", {}, label), element("dd", {}, ...content));
    const gauge = () => {
      const bar = element("i");
      return { text: element("span"), bar, track: element("span", { class: "gauge", "aria-hidden": "true" }, bar) };
    };
    const body = this.#body = {
      story: element("p", { class: "story" }), next: element("p", { class: "next" }),
      callers: element("p", { class: "callers" }), window: element("p", { class: "window" }),
      spark: new Sparkline(), scale: element("span", { class: "scale", "aria-hidden": "true" }), tracks: element("span", { class: "tracks", "aria-hidden": "true" }),
      legend: series.map(() => element("b")), rate: element("span"), p50: element("span"), p95: element("span"), p99: element("span"),
      budget: gauge(), inFlight: gauge(),
    };
    const legend = series.map((one, i) => element("li", { class: one.name, title: one.meaning },
      body.legend[i], element("span", {}, one.name, element("span", { class: "hidden" }, `: ${one.meaning}`))));
    this.article.append(
      element("div", { class: "tale" }, body.story, body.next),
      body.callers, body.window,
      element("p", { class: "minute" }, `Last ${SECONDS} s (latency: calls that were sent)`),
      element("figure", {}, body.scale, body.tracks, body.spark.svg),
      element("ul", { class: "legend" }, ...legend),
      element("dl", { class: "figures" },
        figure("Calls", body.rate), figure("p50", body.p50), figure("p95", body.p95), figure("p99", body.p99),
        figure("Retry budget", body.budget.text, body.budget.track), figure("In flight now", body.inFlight.text, body.inFlight.track)),
      element("div", { class: "actions" }, this.toggle));
  }
}
