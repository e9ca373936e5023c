import { USUAL } from "./rules.js";

const kept = { ...USUAL, ...(await chrome.storage.local.get(Object.keys(USUAL))) };
for (const [key, value] of Object.entries(kept)) {
  const field = document.getElementById(key);
  field[field.type === "checkbox" ? "checked" : "value"] = value;
  field.addEventListener("change", () => save(key, field));
}

async function save(key, field) {
  const value = field.type === "checkbox" ? field.checked : field.type === "number" ? Math.max(0, +field.value || 0) : field.value;
  await chrome.storage.local.set({ [key]: value });
  document.getElementById("state").textContent = "Saved.";
}
