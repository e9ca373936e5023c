import { USUAL } from "./rules.js";

const by = (id) => document.getElementById(id);
const tell = (message) => chrome.runtime.sendMessage(message);

function shown(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) (bytes /= 1000), (unit += 1);
  return `${unit ? bytes.toPrecision(3) : Math.round(bytes)} ${units[unit]}/s`;
}

async function look() {
  const answer = await tell({ do: "status" });
  by("counts").classList.toggle("failed", !answer.ok);
  if (answer.ok) {
    const { totals } = answer.value;
    by("speed").textContent = shown(totals.speed);
    by("counts").textContent = `${totals.active} active, ${totals.waiting} waiting, ${totals.finished} finished`;
  } else {
    by("speed").textContent = "Headrace";
    by("counts").textContent = answer.error;
  }
}

const kept = { ...USUAL, ...(await chrome.storage.local.get("takeOver")) };
by("takeOver").checked = kept.takeOver;
by("takeOver").addEventListener("change", () => chrome.storage.local.set({ takeOver: by("takeOver").checked }));
by("open").addEventListener("click", () => tell({ do: "open" }).then(() => close()));
by("links").addEventListener("click", () => tell({ do: "links" }).then(() => close()));

async function offerLeft() {
  const answer = await tell({ do: "left" });
  const count = answer.ok ? answer.value : 0;
  by("unfinished").hidden = !count;
  by("left").textContent = `Go on with ${count} unfinished in Headrace`;
}

by("left").addEventListener("click", async () => {
  const answer = await tell({ do: "takeLeft" });
  by("counts").textContent = answer.ok ? by("counts").textContent : answer.error;
  await look();
});
await Promise.all([look(), offerLeft()]);
setInterval(look, 1000);
