// What the state of a service means, in words.

import { count, plural, range, span, time, wait } from "./format.js";
import { SECONDS } from "./store.js";

export const RECENT = 10;
export const IN_WINDOW = `in the last ${RECENT} s`;
export const OBSERVED = "calls still go through (CircuitBreaker:Mode is Observe)";
export const NO_RETRIES = "The retry budget is empty: failed calls are not retried";
const severity = { closed: 0, half_open: 1, open: 2, isolated: 3 };

export const levels = ["down", "recovering", "failing", "healthy", "idle", "off"];
export const levelNames = { down: "Down", recovering: "Recovering", failing: "Failing", healthy: "Healthy", idle: "Idle", off: "Off" };
export const levelMeanings = {
  down: "A circuit is open or isolated: its calls are rejected without being sent",
  recovering: "A circuit is half-open: trial calls decide whether it closes",
  failing: `Calls go through, but at least 5 % of those of the last ${RECENT} s failed or were rejected`,
  healthy: "Calls go through",
  idle: `No call ended in the last ${SECONDS} s`,
  off: "The chain is switched off (Enabled is false): calls bypass it, and nothing is counted",
};

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

// The circuit that counts: the worst, and of those the one whose outage is the longest.
export function worstCircuit(service) {
  return service.live.circuits.reduce((worst, circuit) =>
    !worst || severity[circuit.state] > severity[worst.state]
      || (circuit.state === worst.state && downSince(circuit) < downSince(worst)) ? circuit : worst, undefined);
}

// Whether its circuits reject no call, whatever their state.
export const observes = (service) => service.live.circuits.some((circuit) => circuit.mode === "observe");

export const isBudgetEmpty = (live) => live.budget < 1;

// Whether some of its authorities are not affected.
export const isPartly = (service) => service.live.circuits.some((circuit) => circuit.state === "closed");

// The last seconds. If all circuits are closed, what came before the last one closed belongs to an outage that is over. The second in
// which it closed is left out. A closing in the future is from before the server's time was set back.
export function recent({ live, seconds, at }) {
  const closings = live.circuits.filter((circuit) => circuit.reason !== undefined && circuit.since <= at + RECENT * 1000).map((circuit) => circuit.since);
  const closedFor = Math.max(0, Math.round((at - Math.max(-Infinity, ...closings)) / 1000) - 1);
  return closedFor < RECENT && live.circuits.every((circuit) => circuit.state === "closed")
    ? { seconds: seconds.slice(seconds.length - closedFor), window: "since the circuit closed", isCut: true }
    : { seconds: seconds.slice(-RECENT), window: IN_WINDOW, isCut: false };
}

// What callers have met lately: an answer, an error, or a fallback in place of one.
export function callers(service) {
  const { seconds, window } = recent(service);
  return meeting(totals(seconds), window);
}

export function meeting(recent, window) {
  const all = recent.succeeded + recent.failed + recent.rejected;
  const bad = recent.failed + recent.rejected;
  const hurt = Math.max(0, bad - recent.fallback);
  const of = (some) => some === all && all > 1 ? `all ${count(all)} calls` : `${count(some)} of ${plural(all, "call")}`;
  const say = (level, opening, answer, text, note = "") => ({ bad, all, hurt, level, window, text: opening + text, answer: `${answer}${text} ${window}`, note });
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
  const state = observes(service) ? undefined : worstCircuit(service)?.state;
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

// The limit that rejects calls, if no circuit does. "Only" if no call fails besides.
export function limitOf(service) {
  const { circuits, limitRejection } = service.live;
  if (limitRejection === undefined || (!observes(service) && circuits.some((circuit) => circuit.state !== "closed"))) {
    return undefined;
  }
  const { failed, rejected } = totals(recent(service).seconds);
  return rejected === 0 ? undefined : { reason: limitRejection, only: failed === 0 };
}

// Whether an attempt may have failed in the last minute. It is not known when the last one failed.
function isTroubled({ seconds }) {
  const { failed, retried, hedged } = totals(seconds);
  return failed + retried + hedged > 0;
}

// What happens next, from the state of one circuit. In a fleet, other replicas may have the trials, and no time is known.
export function next(circuit, now, { trials = 1, fleet } = {}) {
  const left = circuit.retryAt === undefined ? undefined : circuit.retryAt - now;
  if (circuit.mode === "observe" && circuit.state !== "closed") {
    return OBSERVED[0].toUpperCase() + OBSERVED.slice(1);
  }
  switch (circuit.state) {
    case "open":
      return left > 0 ? `Trial ${trials > 1 ? "calls" : "call"} in ${wait(left)}` : "The next call is a trial";
    case "isolated":
      return left === undefined ? "Stays isolated until it is reset" : `Isolation ends in ${wait(left)}`;
    case "half_open":
      if (!(left > 0)) {
        return "The next call is a trial";
      }
      return fleet !== undefined ? "Trial calls of the replicas decide"
        : trials > 1 ? `Trial calls are out, all end within ${wait(left)}` : `The trial call is out, it ends within ${wait(left)}`;
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
  return `If ${success}, calls go through\nOtherwise it stays down for ${range(shortestBreak, longestBreak)} more (longer if its Retry-After says so)`;
}

// An outage lasts from the first break on, whatever trials failed since.
export const downSince = (circuit) => circuit.state === "isolated" ? circuit.since : circuit.openedAt ?? circuit.since;

// Why the outage began. If that is not known, the last failure is the next best, under its own name.
export function cause(circuit, transitions, now) {
  if (circuit.openedAs === "isolated" && circuit.state !== "isolated") {
    const end = transitions.find((one) => one.from === "isolated" && one.authority === circuit.authority && one.at >= circuit.openedAt);
    return `${end ? `isolated by hand until ${time(end.at, now)}` : "an isolation by hand that has ended"}: ${circuit.openedBecause}`;
  }
  const own = circuit.state === "isolated" || circuit.openedAt === undefined || circuit.openedAt === circuit.since;
  return (own ? circuit.reason : circuit.openedBecause) ?? (circuit.lastFailure ? `last failure: ${circuit.lastFailure}` : "");
}

// What the last trials of this outage showed; nothing if there were none. A fleet may have opened the circuit again without trials.
export function lastTrials(circuit, transitions) {
  if (circuit.state === "open") {
    return circuit.openedAt === circuit.since || !/\btrials?\b/.test(circuit.reason) ? undefined : circuit.reason;
  }
  return transitions.find((one) => one.to === "open" && one.from !== "closed" && one.authority === circuit.authority && one.at > circuit.openedAt)?.reason;
}

const verbs = { open: "Down", isolated: "Isolated by hand", half_open: "Down" };
export const observedStates = { open: "has been open", isolated: "has been isolated by hand", half_open: "has not been closed" };

export function story(service, now) {
  const circuit = worstCircuit(service);
  if (!service.live.enabled) {
    return { text: levelMeanings.off, next: "" };
  }
  if (!circuit || circuit.state === "closed") {
    return { text: calm(service), next: circuit?.lastFailure ? `${isTroubled(service) ? "Last failure" : "Last failure since start"}: ${circuit.lastFailure}` : "" };
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? ` (${circuit.authority})` : "";
  const began = downSince(circuit);
  const why = cause(circuit, service.transitions, now);
  if (circuit.mode === "observe") {
    return {
      text: `The circuit${where} ${observedStates[circuit.state]} since ${time(began, now)} (${span(now - began)})${why ? `: ${why}` : ""}`,
      next: next(circuit, now, service.live),
    };
  }
  return {
    text: `${verbs[circuit.state]}${where} since ${time(began, now)} (${span(now - began)})${why ? `: ${why}` : ""}`,
    next: next(circuit, now, service.live),
  };

  // A circuit that was never open has no reason to be closed.
  function calm({ live, transitions }) {
    const limit = limitOf(service);
    if (limit) {
      return `A limit rejects calls: ${limit.reason}`;
    }
    const last = live.circuits.filter((one) => one.reason).sort((one, other) => other.since - one.since)[0];
    if (last) {
      const since = `since ${time(last.since, now)} (${span(now - last.since)})`;
      return last.mode === "observe" ? `The circuit is closed ${since}: ${last.reason}`
        : last.reason === "reset by hand" ? `Calls go through, the circuit was reset at ${time(last.since, now)} (${span(now - last.since)} ago)`
          : `Calls go through again ${since}: ${last.reason}`;
    }
    const level = levelOf(service);
    if (level === "idle" && live.inFlight > 0) {
      return `No call ended in the last ${SECONDS} s, but ${plural(live.inFlight, "request is", "requests are")} in flight: see whether the service hangs`;
    }
    const fails = level === "failing";
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
