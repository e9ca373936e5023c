// Takes downloads over from the browser, answers menus, and shows in the toolbar how far Headrace is.

import { ask } from "./host.js";
import { storeOf } from "./jars.js";
import { USUAL, isWanted } from "./rules.js";

const BYPASS_MS = 4_000;
const BADGE_MS = 2_000;
const ours = new Set(); // addresses given back to the browser: not to be taken again
let bypassUntil = 0;
let badge = 0;

export async function settings() {
  return { ...USUAL, ...(await chrome.storage.local.get(Object.keys(USUAL))) };
}

async function cookiesFor(address, place) {
  try {
    const storeId = storeOf(place, await chrome.cookies.getAllCookieStores());
    if (storeId === null) return "";
    const found = await chrome.cookies.getAll(storeId ? { url: address, storeId } : { url: address });
    return found.map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
  } catch {
    return "";
  }
}

// `place` says where it comes from: a tab, or a download of the browser.
async function download(address, page, final, place) {
  return {
    address,
    final_address: final || "",
    private: Boolean(place.incognito),
    cookies: await cookiesFor(address, place),
    referrer: page && /^https?:/i.test(page) ? page : "",
    user_agent: navigator.userAgent,
  };
}

async function handOver(items, place) {
  const { ask: withDialog } = await settings();
  const downloads = await Promise.all(items.map((item) => download(item.address, item.page, item.final, place)));
  const answer = await ask({ do: "add", downloads, ask: withDialog });
  watch();
  return answer;
}

function complain(error) {
  chrome.action.setBadgeBackgroundColor({ color: "#C4232B" });
  chrome.action.setBadgeText({ text: "!" });
  chrome.action.setTitle({ title: `Headrace: ${error.message}` });
}

// Downloads of the browser

chrome.downloads.onCreated.addListener(async (item) => {
  const address = item.url;
  if (item.state !== "in_progress" || ours.delete(address) || Date.now() < bypassUntil) return;
  if (item.byExtensionId && item.byExtensionId !== chrome.runtime.id) return;
  const wanted = { address: item.finalUrl || address, page: item.referrer, name: item.filename, bytes: item.totalBytes };
  if (!isWanted(await settings(), wanted)) return;
  await takeOver(item, address);
});

async function takeOver(item, address) {
  await chrome.downloads.cancel(item.id).catch(() => undefined);
  try {
    await handOver([{ address, final: item.finalUrl, page: item.referrer }], item);
    await chrome.downloads.removeFile(item.id).catch(() => undefined); // one that was complete before it was cancelled
    await chrome.downloads.erase({ id: item.id });
  } catch (error) {
    complain(error); // nothing is lost: the browser fetches it after all
    ours.add(address);
    await chrome.downloads.erase({ id: item.id });
    await chrome.downloads.download({ url: address });
  }
}

// Menus

const MENUS = [
  { id: "link", title: "Download with Headrace", contexts: ["link"] },
  { id: "media", title: "Download with Headrace", contexts: ["image", "audio", "video"] },
  { id: "selection", title: "Download selected links with Headrace", contexts: ["selection"] },
  { id: "page", title: "Download links of this page with Headrace…", contexts: ["page"] },
];

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.removeAll(() => MENUS.forEach((menu) => chrome.contextMenus.create(menu)));
});

chrome.contextMenus.onClicked.addListener((info, tab) => chosen(info, tab).catch(complain));

// What of a tab says whose cookies it has.
function placeOf(tab) {
  return { tabId: tab?.id, incognito: tab?.incognito, cookieStoreId: tab?.cookieStoreId };
}

async function chosen(info, tab) {
  const place = placeOf(tab);
  if (info.menuItemId === "link") return handOver([{ address: info.linkUrl, page: info.pageUrl }], place);
  if (info.menuItemId === "media") return handOver([{ address: info.srcUrl, page: info.pageUrl }], place);
  const links = await linksIn(tab.id, info.menuItemId === "selection", info.frameId);
  if (info.menuItemId === "page") return choose(links, tab);
  return links.length ? handOver(links.map((link) => ({ address: link.address, page: info.pageUrl })), place) : undefined;
}

export async function linksIn(tabId, selectedOnly, frameId = 0) {
  const target = { tabId, frameIds: [frameId] };
  const [found] = await chrome.scripting.executeScript({ target, func: collect, args: [selectedOnly] });
  return found?.result ?? [];
}

// In the page.
function collect(selectedOnly) {
  const selection = getSelection();
  const links = [...document.querySelectorAll("a[href]")]
    .filter((link) => !selectedOnly || selection.containsNode(link, true))
    .map((link) => ({ address: link.href, text: link.textContent.trim().slice(0, 200) }));
  const seen = new Set();
  return links.filter((link) => /^https?:/i.test(link.address) && !seen.has(link.address) && seen.add(link.address));
}

async function choose(links, tab) {
  await chrome.storage.session.set({ links, page: tab.url, place: placeOf(tab) });
  await chrome.tabs.create({ url: chrome.runtime.getURL("links.html") });
}

// What the browser left unfinished: Headrace goes on with its file, wherever the browser keeps it

function isLeft(item) {
  return item.state === "interrupted" && item.canResume && item.filename && /^https?:/i.test(item.url);
}

async function left() {
  return (await chrome.downloads.search({})).filter(isLeft); // asked by state, Chromium leaves out what can go on
}

async function takeLeft() {
  const items = await left();
  const downloads = await Promise.all(
    items.map(async (item) => ({ ...(await download(item.url, item.referrer, item.finalUrl, item)), left: item.filename })),
  );
  const answer = downloads.length ? await ask({ do: "add", downloads }) : {};
  watch();
  return answer;
}

// From our own pages and scripts

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (sender.id !== chrome.runtime.id) return false;
  if (message.do === "bypass") {
    bypassUntil = Date.now() + BYPASS_MS;
    return false;
  }
  if (sender.tab && !sender.url?.startsWith(chrome.runtime.getURL(""))) return false; // a page's frame asks no more
  const work = {
    status: () => ask({ do: "status" }),
    open: () => ask({ do: "open" }),
    links: async () => {
      const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
      return choose(await linksIn(tab.id, false), tab);
    },
    add: () => handOver(message.items, message.place ?? {}),
    left: async () => (await left()).length,
    takeLeft,
  }[message.do];
  if (!work) return false;
  work().then((value) => answer({ ok: true, value }), (error) => answer({ ok: false, error: error.message }));
  return true;
});

// The toolbar

function watch() {
  if (!badge) badge = setTimeout(look, BADGE_MS / 4);
}

async function look() {
  badge = 0;
  try {
    const { totals } = await ask({ do: "status" });
    const busy = totals.active + totals.waiting;
    chrome.action.setBadgeBackgroundColor({ color: "#1570EF" });
    chrome.action.setBadgeText({ text: busy ? String(busy) : "" });
    chrome.action.setTitle({ title: busy ? `Headrace: ${totals.active} active, ${totals.waiting} waiting` : "Headrace" });
    if (busy) badge = setTimeout(look, BADGE_MS);
  } catch {
    chrome.action.setBadgeText({ text: "" });
  }
}
