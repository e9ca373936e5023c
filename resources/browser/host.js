// The way to the program: native messaging. One port for as long as there is something to say; it starts the program.

const NAME = "org.headrace.host";
const IDLE_MS = 30_000;
let port = null;
let number = 0;
let idle = 0;
const waiting = new Map();

function opened() {
  if (port) return port;
  port = chrome.runtime.connectNative(NAME);
  port.onMessage.addListener((answer) => {
    const told = waiting.get(answer.id) ?? waiting.values().next().value;
    waiting.delete(answer.id);
    if (told) answer.ok ? told.resolve(answer) : told.reject(new Error(answer.error || "refused"));
  });
  port.onDisconnect.addListener(() => {
    const why = chrome.runtime.lastError?.message || port?.error?.message || "Headrace is not installed";
    port = null;
    for (const told of waiting.values()) told.reject(new Error(why));
    waiting.clear();
  });
  return port;
}

export function ask(message) {
  return new Promise((resolve, reject) => {
    number += 1;
    waiting.set(number, { resolve, reject });
    opened().postMessage({ ...message, id: number });
    clearTimeout(idle);
    idle = setTimeout(() => !waiting.size && port && (port.disconnect(), (port = null)), IDLE_MS);
  });
}
