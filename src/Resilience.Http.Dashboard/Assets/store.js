// What is known of the services, and what it means.

import { count, failure, plural, range, reason, span, time, wait } from "./format.js";

export const SECONDS = 60;
export const RECENT = 10;
const IN_WINDOW = ` in the last ${RECENT} s`;
const severity = { closed: 0, half_open: 1, open: 2, isolated: 3 };
const idle = [0, 0, 0, 0, 0, 0];

export const levels = ["down", "recovering", "failing", "healthy", "idle", "off"];
export const levelNames = { down: "Down", recovering: "Recovering", failing: "Failing", healthy: "Healthy", idle: "Idle", off: "Off" };
export const levelMeanings = {
  down: "The circuit is open or isolated: calls are rejected without being sent",
  recovering: "The circuit is half-open: trial calls decide whether it closes",
  failing: `No circuit is open, but at least 5 % of the calls of the last ${RECENT} s failed or were rejected`,
  healthy: "No circuit is open, and calls go through",
  idle: `No call in the last ${SECONDS} s`,
  off: "The chain is switched off (Enabled is false): calls bypass it, and nothing is counted",
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
    news.transition.reason = reason(news.transition.reason);
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
    made.transitions.forEach((transition) => transition.reason = reason(transition.reason));
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
      circuit.reason = reason(circuit.reason);
      circuit.openedBecause = reason(circuit.openedBecause);
      circuit.lastFailure = failure(circuit.lastFailure);
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
  const bad = recent.failed + recent.rejected;
  const hurt = Math.max(0, bad - recent.fallback);
  const of = (some) => some === all && all > 1 ? `all ${count(all)} calls` : `${count(some)} of ${plural(all, "call")}`;
  const say = (level, opening, answer, text, note = "") => ({ bad, all, hurt, level, text: opening + text, answer: answer + text + IN_WINDOW, note });
  if (hurt > 0) {
    return say("hurt", "Callers are hurt: ", "Yes: ", of(hurt), outcomes(recent));
  }
  if (recent.fallback > 0) {
    return say(isMuch(bad, all) ? "covered" : "fine", "Callers are not hurt: ", "No: ", `a fallback answered ${of(Math.min(all, recent.fallback))}`, parts(recent));
  }
  return all > 0
    ? say("fine", "Callers are fine: ", "No: ", `${plural(all, "call")} answered`)
    : say("none", "", "", "No calls");
}

const isMuch = (bad, all) => bad > 0 && bad >= all * 0.05;

const parts = ({ failed, rejected }) =>
  [[failed, "failed"], [rejected, "rejected"]].filter(([some]) => some > 0).map(([some, what]) => `${count(some)} ${what}`).join(", ");

// The calls that were not answered, in the words of the chart, and how many of them a fallback answered.
const outcomes = (recent) =>
  `${parts(recent)}; ${recent.fallback === 0 ? "no fallback answered" : `a fallback answered ${count(recent.fallback)} of them`}`;

export function levelOf(service) {
  if (!service.live.enabled) {
    return "off";
  }
  const state = worstCircuit(service)?.state;
  if (state === "open" || state === "isolated") {
    return "down";
  }
  if (state === "half_open") {
    return "recovering";
  }
  const { bad, all } = callers(service);
  if (isMuch(bad, all)) {
    return "failing";
  }
  return service.seconds.some((second) => second[0] + second[1] + second[2] > 0) ? "healthy" : "idle";
}

// The limit that rejects calls: what is rejected after the last circuit closed. "Only" if no call fails besides.
export function limitOf(service, now) {
  const { circuits, limitRejection } = service.live;
  if (limitRejection === undefined || circuits.some((circuit) => circuit.state !== "closed")) {
    return undefined;
  }
  const closedFor = Math.floor((now - Math.max(0, ...circuits.map((circuit) => circuit.since))) / 1000);
  const { failed, rejected } = totals(closedFor > 0 ? service.seconds.slice(-Math.min(RECENT, closedFor)) : []);
  return rejected === 0 ? undefined : { reason: limitRejection, only: failed === 0 };
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
  const success = trials === 1 ? "it succeeds" : trials === 2 ? "both succeed" : `most of the ${trials} trials succeed`;
  return `If ${success}, calls go through\nOtherwise it stays down for ${range(shortestBreak, longestBreak)} more`;
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
    return { text: levelMeanings.off, next: "" };
  }
  if (!circuit || circuit.state === "closed") {
    return { text: calm(service), next: circuit?.lastFailure ? `Last failure: ${circuit.lastFailure}` : "" };
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
    const limit = limitOf(service, now);
    if (limit) {
      return `A limit rejects calls: ${limit.reason}`;
    }
    const last = live.circuits.filter((one) => one.reason).sort((one, other) => other.since - one.since)[0];
    if (last) {
      return `Calls go through again since ${time(last.since, now)} (${span(now - last.since)}): ${last.reason}`;
    }
    const fails = levelOf(service) === "failing";
    if (live.trials === undefined) {
      return `The circuit breaker is switched off${fails ? ": calls go through, but some fail" : ""}`;
    }
    if (fails) {
      return "Calls go through, but some fail";
    }
    if (live.circuits.length === 0) {
      return "No call was made yet";
    }
    return transitions.length === 0 ? "No outage since start" : "Calls go through";
  }
}
