import { filtered } from "./rules.js";

const by = (id) => document.getElementById(id);
const { links = [], page = "", place = {} } = await chrome.storage.session.get(["links", "page", "place"]);
const chosen = new Set();

function show() {
  const found = filtered(links, by("filter").value);
  by("links").replaceChildren(...found.map(line));
  tell();
}

function line(link) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: chosen.has(link.address) });
  const text = Object.assign(document.createElement("span"), { textContent: link.address, title: link.text });
  box.addEventListener("change", () => (box.checked ? chosen.add(link.address) : chosen.delete(link.address), tell()));
  label.append(box, text);
  item.append(label);
  return item;
}

function tell(text) {
  by("state").textContent = text ?? `${chosen.size} of ${links.length} chosen`;
  by("add").disabled = !chosen.size;
}

function mark(all) {
  for (const link of filtered(links, by("filter").value)) all ? chosen.add(link.address) : chosen.delete(link.address);
  show();
}

async function add() {
  const items = links.filter((link) => chosen.has(link.address)).map((link) => ({ address: link.address, page }));
  const answer = await chrome.runtime.sendMessage({ do: "add", items, place });
  tell(answer.ok ? `${items.length} handed over to Headrace` : answer.error);
  by("state").classList.toggle("failed", !answer.ok);
}

by("filter").addEventListener("input", show);
by("all").addEventListener("click", () => mark(true));
by("none").addEventListener("click", () => mark(false));
by("add").addEventListener("click", add);
show();
