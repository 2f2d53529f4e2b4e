// Isolate, release and reset: a dialog that wants a reason, then one POST with the antiforgery token.

import { OBSERVED } from "./meaning.js";
import { element, serviceName } from "./format.js";

const words = {
  isolate: { title: "Isolate", verb: "Isolate", effect: "Calls are refused at once, until the time is over. Then trial calls decide." },
  release: { title: "Release", verb: "Release", effect: "Ends the isolation. The next calls are trials, and decide." },
  reset: { title: "Reset", verb: "Reset", effect: "Closes the circuit and forgets its failures. Calls go through at once." },
};
const durations = [[5, "5 minutes"], [15, "15 minutes"], [60, "1 hour"], [240, "4 hours"], [1440, "1 day"]];

export function createSteering({ base, host }, report) {
  async function send(order) {
    const token = await (await fetch(`${base}/token`)).json();
    const response = await fetch(`${base}/steer`, {
      method: "POST",
      headers: { "Content-Type": "application/json", [token.header]: token.token },
      body: JSON.stringify(order),
    });
    const answer = await response.json().catch(() => ({ message: `The server answered ${response.status}.` }));
    return { done: response.ok, message: answer.message ?? `The server answered ${response.status}.` };
  }

  return function steer(action, service, { authority, mode }, shared) {
    const { title, verb } = words[action];
    const effect = action === "isolate" && mode === "observe" ? `The isolation is reported, but ${OBSERVED}.` : words[action].effect;
    const reason = element("textarea", { id: "reason", required: true, maxlength: "200", rows: "3" });
    const minutes = element("select", { id: "minutes" }, ...durations.map(([value, text]) => element("option", { value, selected: value === 15 }, text)));
    const choice = shared && action !== "release";
    const place = element("select", { id: "place" }, element("option", { value: "all" }, "All replicas"), element("option", { value: "one" }, `This replica only (${host})`));
    const problem = element("p", { class: "problem", role: "alert" });
    const go = element("button", { class: "primary", type: "submit" }, verb);
    const cancel = element("button", { type: "button" }, "Cancel");
    const form = element("form", {},
      element("h2", { id: "steering-title" }, `${title} ${serviceName(service)}`),
      element("p", { class: "where" }, authority === "*" ? "All authorities" : authority),
      element("p", {}, effect),
      element("label", { for: "reason" }, "Reason"), reason,
      ...(action === "isolate" ? [element("label", { for: "minutes" }, "For"), minutes] : []),
      ...(choice ? [element("label", { for: "place" }, "In"), place] : [element("p", { class: "place" }, `Acts on this replica only: ${host}.`)]),
      element("p", { class: "note" }, "Your name and the reason are logged. The page and refused calls show both."),
      problem,
      element("div", { class: "buttons" }, cancel, go));
    const dialog = element("dialog", { "aria-labelledby": "steering-title" }, form);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      try {
        const answer = await send({
          action, service, authority, reason: reason.value,
          minutes: action === "isolate" ? Number(minutes.value) : undefined,
          allReplicas: choice && place.value === "all",
        });
        problem.textContent = answer.done ? "" : answer.message;
        if (answer.done) {
          dialog.close();
          report(`${serviceName(service)}: ${answer.message}`);
        }
      } catch {
        problem.textContent = "The server did not answer. Try again.";
      }
      go.disabled = false;
    });
    document.body.append(dialog);
    dialog.showModal();
    reason.focus();
  };
}
