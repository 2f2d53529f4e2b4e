// What is known of the services, and what it means.

import { count, plural, serviceName, span, time, wait } from "./format.js";

export const SECONDS = 60;
const RECENT = 10;
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
  const recent = totals(service.seconds.slice(-RECENT));
  const all = recent.succeeded + recent.failed + recent.rejected;
  const hurt = Math.max(0, recent.failed + recent.rejected - recent.fallback);
  if (hurt > 0) {
    const share = hurt === all && all > 1 ? `all ${count(all)} calls` : `${count(hurt)} of ${plural(all, "call")}`;
    return { hurt, all, level: "hurt", text: `Callers are hurt: ${share} failed in ${RECENT} s` };
  }
  if (recent.fallback > 0) {
    return { hurt, all, level: "covered", text: `Callers are not hurt: a fallback answered ${plural(recent.fallback, "call")} in ${RECENT} s` };
  }
  return all > 0
    ? { hurt, all, level: "fine", text: `Callers are fine: ${plural(all, "call")} answered in ${RECENT} s` }
    : { hurt, all, level: "none", text: `No calls in ${RECENT} s` };
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
      return left > 0 ? `Next trial in ${wait(left)}` : "The next call is a trial";
    case "isolated":
      return left === undefined ? "Stays isolated until it is reset" : `Isolation ends in ${wait(left)}`;
    case "half_open":
      return left > 0 ? `Trial calls are out, decided in ${wait(left)} at the latest` : "The next call is a trial";
    default:
      return "Calls go through";
  }
}

export function story(service, now) {
  const circuit = worstCircuit(service);
  if (!service.live.enabled) {
    return { text: "The chain is switched off: calls bypass it, and nothing is counted", next: "" };
  }
  if (!circuit) {
    return { text: service.live.inFlight === undefined ? "The circuit breaker is switched off" : "No call was made yet", next: "" };
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? ` (${circuit.authority})` : "";
  const verb = { open: "Refusing calls", isolated: "Isolated by hand", half_open: "Letting trial calls through", closed: "Closed" }[circuit.state];
  const reason = circuit.reason ? `: ${circuit.reason}` : "";
  return {
    text: `${verb}${where} since ${time(circuit.since, now)} (${span(now - circuit.since)})${reason}`,
    next: circuit.state !== "closed" ? next(circuit, now) : circuit.lastFailure ? `Last failure: ${circuit.lastFailure}` : "",
    left: circuit.state === "closed" || circuit.retryAt === undefined ? undefined : circuit.retryAt - now,
  };
}

// One headline for the whole page, and one sentence that answers: since when, what next, who is hurt.
export function verdict(services, levelOf, now) {
  const level = levels.find((one) => services.some((service) => levelOf(service) === one)) ?? "idle";
  const hit = services.filter((service) => levelOf(service) === level);
  const are = { down: "down", recovering: "recovering", failing: "failing" }[level];
  if (are && hit.length === 1) {
    const { text, next: then } = story(hit[0], now);
    const steps = level === "failing" ? [callers(hit[0]).text, then] : [text, then, callers(hit[0]).text];
    return { level, headline: `${serviceName(hit[0].live.name)} is ${are}`, summary: steps };
  }
  if (are) {
    const hurt = hit.filter((service) => callers(service).hurt > 0).length;
    const names = hit.slice(0, 3).map((service) => serviceName(service.live.name)).join(", ");
    return {
      level,
      headline: `${hit.length} of ${services.length} services are ${are}`,
      summary: [`${names}${hit.length > 3 ? ` and ${hit.length - 3} more` : ""}`, hurt === 0 ? "No caller is hurt" : `Callers of ${hurt === hit.length ? "all" : hurt} of them are hurt`],
    };
  }
  const minute = totals(services.flatMap((service) => service.seconds));
  const calls = minute.succeeded + minute.failed + minute.rejected;
  return {
    level,
    headline: services.length === 1 ? `${serviceName(services[0].live.name)} is healthy` : `All ${services.length} services are healthy`,
    summary: [calls === 0 ? "No calls in the last minute" : `${plural(minute.succeeded, "call")} succeeded in the last minute, ${minute.failed + minute.rejected} failed`],
  };
}
