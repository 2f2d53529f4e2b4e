// What is known of the services, and what it means.

import { count, plural, range, span, time, wait } from "./format.js";

export const SECONDS = 60;
export const RECENT = 10;
export const IN_WINDOW = ` in the last ${RECENT} s`;
const severity = { closed: 0, half_open: 1, open: 2, isolated: 3 };
const idle = [0, 0, 0, 0, 0, 0];

export const levels = ["down", "recovering", "failing", "healthy", "idle"];
export const levelNames = { down: "Down", recovering: "Recovering", failing: "Failing", healthy: "Healthy", idle: "Idle" };
export const levelMeanings = {
  down: "The circuit is open or isolated: calls are rejected without being sent",
  recovering: "The circuit is half-open: trial calls decide whether it closes",
  failing: `The circuit is closed, but at least 5 % of the calls of the last ${RECENT} s failed for their callers`,
  healthy: "The circuit is closed, and calls go through",
  idle: `No call in the last ${SECONDS} s`,
};

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
  const say = (level, opening, answer, text, note = "") => ({ hurt, all, level, text: opening + text, answer: answer + text + IN_WINDOW, note });
  if (hurt > 0) {
    const share = hurt === all && all > 1 ? `all ${count(all)} calls` : `${count(hurt)} of ${plural(all, "call")}`;
    return say("hurt", "Callers are hurt: ", "Yes: ", `${share} failed`, others(recent.fallback, all - hurt));
  }
  if (recent.fallback > 0) {
    return say("covered", "Callers are not hurt: ", "No: ", `${all > 1 ? "all " : ""}${plural(all, "call")} answered`,
      recent.fallback >= all ? "by a fallback" : `${count(recent.fallback)} of them by a fallback`);
  }
  return all > 0
    ? say("fine", "Callers are fine: ", "No: ", `${plural(all, "call")} answered`)
    : say("none", "", "", "No calls");
}

// What became of the calls that did not fail for their callers.
function others(fallback, rest) {
  if (fallback === 0) {
    return "no fallback answered them";
  }
  return fallback === rest && rest > 1 ? `a fallback answered the other ${count(rest)}` : `a fallback answered ${plural(fallback, "other")}`;
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
export function next(circuit, now, trials = 1) {
  const left = circuit.retryAt === undefined ? undefined : circuit.retryAt - now;
  switch (circuit.state) {
    case "open":
      return left > 0 ? `Trial ${trials > 1 ? "calls" : "call"} in ${wait(left)}` : "The next call is a trial";
    case "isolated":
      return left === undefined ? "Stays isolated until it is reset" : `Isolation ends in ${wait(left)}`;
    case "half_open":
      return left > 0 ? `Trial calls are out, decided within ${wait(left)}` : "The next call is a trial";
    default:
      return "Calls go through";
  }
}

// The rule by which trials decide: the majority, see HalfOpenState.
export function trialRule({ trials, shortestBreak, longestBreak }) {
  if (trials === undefined) {
    return "If trials succeed, calls go through again";
  }
  const needed = Math.floor(trials / 2) + 1;
  const success = trials === 1 ? "it succeeds" : trials === 2 ? "both succeed" : `${needed} of ${trials} succeed`;
  return `If ${success}, calls go through; else down ${range(shortestBreak, longestBreak)} more`;
}

// An outage lasts from the first break on, whatever trials failed since.
export const downSince = (circuit) => circuit.state === "isolated" ? circuit.since : circuit.openedAt ?? circuit.since;

// Why the outage began. If that is not known, the last failure is the next best, under its own name.
export function cause(circuit) {
  const own = circuit.state === "isolated" || circuit.openedAt === undefined || circuit.openedAt === circuit.since;
  return (own ? circuit.reason : circuit.openedBecause) ?? (circuit.lastFailure ? `last failure: ${circuit.lastFailure}` : "");
}

// What the last trials of this outage showed; nothing if there were none.
export function lastTrials(circuit, transitions) {
  if (circuit.state === "open") {
    return circuit.openedAt === undefined || circuit.openedAt === circuit.since ? undefined : circuit.reason;
  }
  return transitions.find((one) => one.to === "open" && one.from !== "closed" && one.authority === circuit.authority && one.at > circuit.openedAt)?.reason;
}

const verbs = { open: "Down", isolated: "Isolated by hand", half_open: "Down" };

export function story(service, now) {
  const circuit = worstCircuit(service);
  if (!service.live.enabled) {
    return { text: "The chain is switched off: calls bypass it, and nothing is counted", next: "" };
  }
  if (!circuit) {
    return { text: service.live.inFlight === undefined ? "The circuit breaker is switched off" : "No call was made yet", next: "" };
  }
  if (circuit.state === "closed") {
    return { text: calm(service), next: circuit.lastFailure ? `Last failure: ${circuit.lastFailure}` : "" };
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? ` (${circuit.authority})` : "";
  const began = downSince(circuit);
  const why = cause(circuit);
  return {
    text: `${verbs[circuit.state]}${where} since ${time(began, now)} (${span(now - began)})${why ? `: ${why}` : ""}`,
    next: next(circuit, now, service.live.trials),
  };

  // A circuit that was never open has no reason to be closed.
  function calm({ live, transitions }) {
    const last = live.circuits.filter((one) => one.reason).sort((one, other) => other.since - one.since)[0];
    if (last) {
      return `Calls go through again since ${time(last.since, now)} (${span(now - last.since)}): ${last.reason}`;
    }
    if (levelOf(service) === "failing") {
      return "Calls go through, but some fail";
    }
    return transitions.length === 0 ? "No outage since start" : "Calls go through";
  }
}
