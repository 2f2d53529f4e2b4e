// The banner: one headline for the whole page, and the answers below it: since when, what happens next, and whether callers are hurt.

import { IN_WINDOW, NO_RETRIES, OBSERVED, callers, cause, downSince, isBudgetEmpty, isPartly, lastTrials, levelNames, levels, limitOf, meeting, next, observedStates, observes, recent, totals, trialRule, worstCircuit } from "./meaning.js";
import { count, plural, sentence, serviceName, span, stateName, time } from "./format.js";

const ago = (at, now) => `${time(at, now)} (${span(now - at)} ago)`;
const fact = (label, text, note = "", level = "") => ({ label, text, note, level });

export function verdict(services, levelOf, now) {
  const level = levels.find((one) => services.some((service) => levelOf(service) === one)) ?? "idle";
  const hit = services.filter((service) => levelOf(service) === level);
  const are = { down: "down", recovering: "recovering", failing: "failing" }[level];
  if (!are) {
    return { level, headline: quiet(services, hit, level, levelOf), facts: calm(services, now) };
  }
  const limited = level === "failing" && hit.every((service) => limitOf(service)?.only);
  const isDownInPart = (service) => level === "down" && isPartly(service);
  return hit.length === 1
    ? { level, headline: `${serviceName(hit[0].live.name)} is ${limited ? "limited" : isDownInPart(hit[0]) ? "partly down" : are}`, facts: trouble(hit[0], level, now) }
    : { level, headline: `${hit.length} of ${services.length} services are ${limited ? "limited" : hit.some(isDownInPart) ? "down or partly down" : are}`, facts: troubles(hit, level, now, limited) };
}

// Without trouble: all the same, or how many are healthy and what the others are.
function quiet(services, hit, level, levelOf) {
  const is = level === "off" ? "switched off" : levelNames[level].toLowerCase();
  if (services.length <= 1) {
    return services.length === 0 ? "No service is registered" : `${serviceName(services[0].live.name)} is ${is}`;
  }
  if (hit.length === services.length) {
    return `All ${services.length} services are ${is}`;
  }
  const others = levels.filter((one) => one !== level && services.some((service) => levelOf(service) === one));
  return `${hit.length} of ${services.length} services ${hit.length === 1 ? "is" : "are"} ${is}, the others ${others.map((one) => levelNames[one].toLowerCase()).join(" or ")}`;
}

function consequence(circuit, service) {
  const others = isPartly(service) ? "\nCalls to other authorities go through" : "";
  if (circuit.state === "isolated") {
    return (circuit.retryAt === undefined ? "Calls are rejected" : "Until then calls are rejected") + others;
  }
  const last = lastTrials(circuit, service.transitions);
  return `${trialRule(service.live)}${last ? `\nLast time: ${last}` : ""}${others}`;
}

function trouble(service, level, now) {
  const circuit = worstCircuit(service);
  const met = callers(service);
  const hurt = fact("Are callers hurt?", met.answer, sentence(met.note), met.level);
  if (level === "failing") {
    const bad = service.seconds.filter((second) => second[1] + second[2] > 0).length;
    return [
      fact(limitOf(service)?.only ? "Limited" : "Failing", `In ${bad} of the last ${service.seconds.length} s`, circuit?.lastFailure ? `Last failure: ${circuit.lastFailure}` : ""),
      whatNext(service, now),
      hurt,
    ];
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? `${circuit.authority}: ` : "";
  return [
    fact(circuit.state === "isolated" ? "Isolated by hand since" : "Down since", ago(downSince(circuit), now), `${where}${cause(circuit, service.transitions, now)}`),
    fact("What happens next", next(circuit, now, service.live), consequence(circuit, service)),
    hurt,
  ];
}

// What happens next to a service whose circuits are closed, or only observe.
function whatNext(service, now) {
  const limit = limitOf(service);
  if (limit) {
    return fact("What happens next", "Calls beyond a limit are rejected", sentence(limit.reason));
  }
  if (observes(service)) {
    const circuit = worstCircuit(service);
    return circuit.state === "closed"
      ? fact("What happens next", "Calls go through", `If more fail, the circuit opens, but ${OBSERVED}`)
      : fact("What happens next", "Calls still go through", `The circuit ${observedStates[circuit.state]} since ${ago(downSince(circuit), now)}, but ${OBSERVED}`);
  }
  const circuits = service.live.trials === undefined
    ? "The circuit breaker is switched off, so no circuit opens" : "If more fail, the circuit opens and rejects calls";
  return fact("What happens next", "Calls go through", circuits + (isBudgetEmpty(service.live) ? `\n${NO_RETRIES}` : ""));
}

// Whether circuits will stop the calls to failing services, as far as there are circuits that do.
function prospect(hit) {
  const guarded = hit.filter((service) => service.live.trials !== undefined && !observes(service)).length;
  return guarded === 0 ? "Their circuit breakers are switched off or only observe"
    : `If more fail, circuits open and reject calls${guarded < hit.length ? ` of ${guarded} of them` : ""}`;
}

function troubles(hit, level, now, limited) {
  const names = `${hit.slice(0, 3).map((service) => serviceName(service.live.name)).join(", ")}${hit.length > 3 ? ` and ${hit.length - 3} more` : ""}`;
  const hurt = hit.filter((service) => callers(service).hurt > 0).length;
  const answer = fact("Are callers hurt?", hurt === 0 ? "No" : `Yes: of ${hurt === hit.length ? "all" : hurt} of them`, "", hurt === 0 ? "fine" : "hurt");
  if (limited) {
    return [fact("Limited", names), fact("What happens next", "Calls beyond a limit are rejected"), answer];
  }
  if (level === "failing") {
    return [fact("Failing", names), fact("What happens next", "Calls go through", prospect(hit)), answer];
  }
  const circuits = hit.map(worstCircuit);
  const first = circuits.reduce((one, other) => downSince(other) < downSince(one) ? other : one);
  const due = ({ state, retryAt }) => retryAt ?? (state === "isolated" ? Infinity : 0);
  const soonest = circuits.reduce((one, other) => due(other) < due(one) ? other : one);
  return [
    fact("Down since", ago(downSince(first), now), names),
    fact("What happens next", next(soonest, now, hit[circuits.indexOf(soonest)].live), serviceName(hit[circuits.indexOf(soonest)].live.name)),
    answer,
  ];
}

function calm(services, now) {
  const minute = totals(services.flatMap((service) => service.seconds));
  const recents = services.map(recent);
  const window = !recents.some((one) => one.isCut) ? IN_WINDOW
    : services.length === 1 ? recents[0].window : `${IN_WINDOW}, without the outage that is over`;
  const met = meeting(totals(recents.flatMap((one) => one.seconds)), window);
  const last = services.flatMap((service) => service.transitions.slice(0, 1)).sort((one, other) => other.at - one.at)[0];
  return [
    fact("Last change of a circuit", last ? ago(last.at, now) : "None", last ? `${serviceName(last.service)}: ${stateName[last.to].toLowerCase()}${services.some((service) => service.live.name === last.service && observes(service)) ? " (only observed)" : ""}` : ""),
    fact("Last minute", `${plural(minute.succeeded, "call")} succeeded`, `${count(minute.failed)} failed, ${count(minute.rejected)} rejected`),
    fact("Are callers hurt?", met.answer, sentence(met.note), met.level),
  ];
}
