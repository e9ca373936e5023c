// Which downloads of the browser are Headrace's: pure functions over settings, without the browser.

export const USUAL = {
  takeOver: true,
  leastBytes: 1_000_000,
  onlyTypes: "",
  neverTypes: "htm html xhtml mhtml",
  neverSites: "",
  ask: false,
};

export function words(text) {
  return text.toLowerCase().split(/[\s,;]+/).filter(Boolean);
}

export function endingOf(address, name = "") {
  const last = (name || decoded(new URL(address).pathname)).split(/[\\/]/).pop();
  const dot = last.lastIndexOf(".");
  return dot > 0 ? last.slice(dot + 1).toLowerCase() : "";
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function isOfSite(address, sites) {
  const host = new URL(address).hostname.toLowerCase();
  return sites.some((site) => host === site || host.endsWith(`.${site}`));
}

// item: address, page, name, bytes (-1 where unknown). Unknown sizes are taken: most large files announce one.
export function isWanted(settings, item) {
  if (!settings.takeOver || !/^https?:/i.test(item.address)) return false;
  const ending = endingOf(item.address, item.name);
  const only = words(settings.onlyTypes);
  const sites = words(settings.neverSites);
  if (only.length && !only.includes(ending)) return false;
  if (words(settings.neverTypes).includes(ending)) return false;
  if (isOfSite(item.address, sites) || (item.page && /^https?:/i.test(item.page) && isOfSite(item.page, sites))) return false;
  return item.bytes < 0 || item.bytes >= settings.leastBytes;
}

export function filtered(links, text) {
  const parts = words(text);
  return links.filter((link) => {
    const whole = `${link.address} ${link.text}`.toLowerCase();
    return parts.every((part) => whole.includes(part));
  });
}
