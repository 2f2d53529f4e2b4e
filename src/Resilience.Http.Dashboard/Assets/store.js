// What is known of the services, and what it means.

import { count, plural, span, time, wait } from "./format.js";

export const SECONDS = 60;
export const RECENT = 10;
const severity = { closed: 0, half_open: 1, open: 2, isolated: 3 };
const idle = [0, 0, 0, 0, 0, 0];

export const levels = ["down", "recovering", "failing", "healthy", "idle"];
export const levelNames = { down: "Down", recovering: "Recovering", failing: "Failing", healthy: "Healthy", idle: "Idle" };

export class Store {
  services = new Map();
  #offset = 0;
  #at = 0;

  // The clock of the server, as far as this page knows it.
  get now() {
    return Date.now() + this.#offset;
  }

  takeSnapshot(state) {
    this.#hear(state.at);
    this.services = new Map(state.services.map((service) => [service.live.name, this.#make(service)]));
  }

  // A service that is missing had the same second again. One that is new came with its first call.
  takeTick(tick) {
    if (tick.at <= this.#at) {
      return;
    }
    const missed = Math.min(SECONDS, Math.round((tick.at - this.#at) / 1000) - 1);
    this.#hear(tick.at);
    const changed = new Map(tick.services.map((live) => [live.name, live]));
    for (const live of tick.services) {
      if (!this.services.has(live.name)) {
        this.services.set(live.name, this.#make({ live, seconds: [], transitions: [], chain: [] }));
      }
    }
    for (const service of this.services.values()) {
      for (let i = 0; i < missed; i++) {
        service.seconds.push(idle);
      }
      this.#update(service, changed.get(service.live.name));
      service.seconds.push(service.live.second);
      service.seconds.splice(0, service.seconds.length - SECONDS);
    }
  }

  takeTransition(news) {
    const service = this.services.get(news.transition.service);
    if (!service) {
      return undefined;
    }
    service.transitions.unshift(news.transition);
    service.transitions.splice(20);
    if (news.service) {
      this.#update(service, { ...news.service, second: service.live.second });
    }
    return service;
  }

  #hear(at) {
    this.#at = at;
    this.#offset = at - Date.now();
  }

  #make(service) {
    const made = { ...service, seconds: [...service.seconds] };
    this.#update(made, service.live);
    return made;
  }

  // Waits are noted as moments, so that they run on between two messages.
  #update(service, live) {
    if (!live) {
      return;
    }
    service.live = live;
    for (const circuit of live.circuits) {
      circuit.retryAt = circuit.retryAfter === undefined ? undefined : this.#at + circuit.retryAfter;
    }
  }
}

export function sum(seconds, series) {
  return seconds.reduce((total, second) => total + second[series], 0);
}

export function totals(seconds) {
  const all = [0, 0, 0, 0, 0, 0];
  for (const second of seconds) {
    for (let series = 0; series < all.length; series++) {
      all[series] += second[series];
    }
  }
  const [succeeded, failed, rejected, retried, hedged, fallback] = all;
  return { succeeded, failed, rejected, retried, hedged, fallback };
}

// The circuit that counts: the worst, and of those the one that is in this state for the longest time.
export function worstCircuit(service) {
  return service.live.circuits.reduce((worst, circuit) =>
    !worst || severity[circuit.state] > severity[worst.state]
      || (circuit.state === worst.state && circuit.since < worst.since) ? circuit : worst, undefined);
}

// What callers have met in the last seconds: an answer, an error, or a fallback in place of one.
export function callers(service) {
  return meeting(totals(service.seconds.slice(-RECENT)));
}

export function meeting(recent) {
  const all = recent.succeeded + recent.failed + recent.rejected;
  const hurt = Math.max(0, recent.failed + recent.rejected - recent.fallback);
  const say = (level, opening, answer, text) => ({ hurt, all, covered: recent.fallback, level, text: opening + text, answer: answer + text });
  if (hurt > 0) {
    const share = hurt === all && all > 1 ? `all ${count(all)} calls` : `${count(hurt)} of ${plural(all, "call")}`;
    return say("hurt", "Callers are hurt: ", "Yes: ", `${share} failed in ${RECENT} s`);
  }
  if (recent.fallback > 0) {
    return say("covered", "Callers are not hurt: ", "No: ", `a fallback answered ${plural(recent.fallback, "call")} in ${RECENT} s`);
  }
  return all > 0
    ? say("fine", "Callers are fine: ", "No: ", `${plural(all, "call")} answered in ${RECENT} s`)
    : say("none", "", "", `No calls in ${RECENT} s`);
}

export function levelOf(service) {
  const state = worstCircuit(service)?.state;
  if (state === "open" || state === "isolated") {
    return "down";
  }
  if (state === "half_open") {
    return "recovering";
  }
  const { hurt, all } = callers(service);
  if (hurt > 0 && hurt >= all * 0.05) {
    return "failing";
  }
  return service.seconds.some((second) => second[0] + second[1] + second[2] > 0) ? "healthy" : "idle";
}

// What happens next, from the state of one circuit.
export function next(circuit, now) {
  const left = circuit.retryAt === undefined ? undefined : circuit.retryAt - now;
  switch (circuit.state) {
    case "open":
      return left > 0 ? `Trial call in ${wait(left)}` : "The next call is a trial";
    case "isolated":
      return left === undefined ? "Stays isolated until it is reset" : `Isolation ends in ${wait(left)}`;
    case "half_open":
      return left > 0 ? `Trial calls are out, decided within ${wait(left)}` : "The next call is a trial";
    default:
      return "Calls go through";
  }
}

const verbs = { open: "Refusing calls", isolated: "Isolated by hand", half_open: "Letting trial calls through", closed: "Letting calls through" };

export function story(service, now) {
  const circuit = worstCircuit(service);
  if (!service.live.enabled) {
    return { text: "The chain is switched off: calls bypass it, and nothing is counted", next: "" };
  }
  if (!circuit) {
    return { text: service.live.inFlight === undefined ? "The circuit breaker is switched off" : "No call was made yet", next: "" };
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? ` (${circuit.authority})` : "";
  const began = circuit.state === "open" ? circuit.openedAt ?? circuit.since : circuit.since;
  const reason = circuit.reason ? `: ${circuit.reason}` : "";
  return {
    text: `${verbs[circuit.state]}${where} since ${time(began, now)} (${span(now - began)})${reason}`,
    next: circuit.state !== "closed" ? next(circuit, now) : circuit.lastFailure ? `Last failure: ${circuit.lastFailure}` : "",
    left: circuit.state === "closed" || circuit.retryAt === undefined ? undefined : circuit.retryAt - now,
  };
}
