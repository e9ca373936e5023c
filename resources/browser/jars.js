// Which cookies belong to a download: those of the window it comes from, private or not, and of its container.

const PRIVATE = ["1", "firefox-private"]; // as Chromium and Firefox call the cookies of private windows

// The store of a download or a tab; undefined for the usual one, null where it is private and its store is gone.
export function storeOf(place, stores) {
  if (place.cookieStoreId) return place.cookieStoreId; // Firefox says it
  const found = stores.find((store) => store.tabIds?.includes(place.tabId));
  if (found && PRIVATE.includes(found.id) === Boolean(place.incognito)) return found.id;
  if (!place.incognito) return undefined;
  return stores.find((store) => PRIVATE.includes(store.id))?.id ?? null;
}
