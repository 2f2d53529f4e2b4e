// The banner: one headline for the whole page, and the answers below it: since when, what happens next, and whether callers are hurt.

import { RECENT, callers, cause, downSince, lastTrials, levelNames, levels, limitOf, meeting, next, totals, trialRule, worstCircuit } from "./store.js";
import { count, plural, serviceName, span, stateName, time } from "./format.js";

const ago = (at, now) => `${time(at, now)} (${span(now - at)} ago)`;
const fact = (label, text, note = "", level = "") => ({ label, text, note, level });

export function verdict(services, levelOf, now) {
  const level = levels.find((one) => services.some((service) => levelOf(service) === one)) ?? "idle";
  const hit = services.filter((service) => levelOf(service) === level);
  const are = { down: "down", recovering: "recovering", failing: "failing" }[level];
  if (!are) {
    return { level, headline: quiet(services, hit, level, levelOf), facts: calm(services, now) };
  }
  const limited = hit.length === 1 && level === "failing" && limitOf(hit[0], now)?.only;
  return hit.length === 1
    ? { level, headline: `${serviceName(hit[0].live.name)} is ${limited ? "limited" : are}`, facts: trouble(hit[0], level, now) }
    : { level, headline: `${hit.length} of ${services.length} services are ${are}`, facts: troubles(hit, level, now) };
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

const sentence = (text) => text && text[0].toUpperCase() + text.slice(1);

function consequence(circuit, { live, transitions }) {
  if (circuit.state === "isolated") {
    return circuit.retryAt === undefined ? "Calls are rejected" : "Until then calls are rejected";
  }
  const last = lastTrials(circuit, transitions);
  return `${trialRule(live)}${last ? `\nLast time: ${last}` : ""}`;
}

function trouble(service, level, now) {
  const circuit = worstCircuit(service);
  const met = callers(service);
  const hurt = fact("Are callers hurt?", met.answer, sentence(met.note), met.level);
  if (level === "failing") {
    const bad = service.seconds.filter((second) => second[1] + second[2] > 0).length;
    return [
      fact(limitOf(service, now)?.only ? "Limited" : "Failing", `In ${bad} of the last ${service.seconds.length} s`, circuit?.lastFailure ? `Last failure: ${circuit.lastFailure}` : ""),
      whatNext(service, now),
      hurt,
    ];
  }
  const where = service.live.circuits.length > 1 && circuit.authority !== "*" ? `${circuit.authority}: ` : "";
  return [
    fact(circuit.state === "isolated" ? "Isolated by hand since" : "Down since", ago(downSince(circuit), now), `${where}${cause(circuit)}`),
    fact("What happens next", next(circuit, now, service.live.trials), consequence(circuit, service)),
    hurt,
  ];
}

// What happens next to a service whose circuits are closed.
function whatNext(service, now) {
  const limit = limitOf(service, now);
  if (limit) {
    return fact("What happens next", "Calls beyond a limit are rejected", sentence(limit.reason));
  }
  return fact("What happens next", "Calls go through", service.live.trials === undefined
    ? "The circuit breaker is switched off, so no circuit opens" : "If more fail, the circuit opens and rejects calls");
}

function troubles(hit, level, now) {
  const names = `${hit.slice(0, 3).map((service) => serviceName(service.live.name)).join(", ")}${hit.length > 3 ? ` and ${hit.length - 3} more` : ""}`;
  const hurt = hit.filter((service) => callers(service).hurt > 0).length;
  const answer = fact("Are callers hurt?", hurt === 0 ? "No" : `Yes: of ${hurt === hit.length ? "all" : hurt} of them`, "", hurt === 0 ? "fine" : "hurt");
  if (level === "failing") {
    return [fact("Failing", names), fact("What happens next", "Calls go through", "If more fail, circuits open and reject calls"), answer];
  }
  const circuits = hit.map(worstCircuit);
  const first = circuits.reduce((one, other) => downSince(other) < downSince(one) ? other : one);
  const soonest = circuits.reduce((one, other) => (other.retryAt ?? Infinity) < (one.retryAt ?? Infinity) ? other : one);
  return [
    fact("Down since", ago(downSince(first), now), names),
    fact("What happens next", next(soonest, now, hit[circuits.indexOf(soonest)].live.trials), serviceName(hit[circuits.indexOf(soonest)].live.name)),
    answer,
  ];
}

function calm(services, now) {
  const minute = totals(services.flatMap((service) => service.seconds));
  const met = meeting(totals(services.flatMap((service) => service.seconds.slice(-RECENT))));
  const last = services.flatMap((service) => service.transitions.slice(0, 1)).sort((one, other) => other.at - one.at)[0];
  return [
    fact("Last change of a circuit", last ? ago(last.at, now) : "None", last ? `${serviceName(last.service)}: ${stateName[last.to].toLowerCase()}` : ""),
    fact("Last minute", `${plural(minute.succeeded, "call")} succeeded`, `${count(minute.failed)} failed, ${count(minute.rejected)} rejected`),
    fact("Are callers hurt?", met.answer, sentence(met.note), met.level),
  ];
}
