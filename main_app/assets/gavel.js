// Everything works without this module. With it, countdowns run by the server's clock, running lots keep
// themselves up to date, times are also shown in the reader's zone, and a form is sent only once.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// How far the server's clock is ahead of this device's, measured when a page arrives.
let ahead = 0;
const readClock = (page) => {
  const told = Date.parse(page.body.dataset.serverTime ?? "");
  if (!Number.isNaN(told)) ahead = told - Date.now();
};
const serverNow = () => Date.now() + ahead;

const twoDigits = (number) => String(number).padStart(2, "0");

const spoken = (left) => {
  if (left >= 2 * day) return `${Math.floor(left / day)} days`;
  if (left >= hour) return `${Math.floor(left / hour)} h ${Math.floor((left % hour) / minute)} min`;
  const seconds = Math.ceil(left / second);
  return `${twoDigits(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`;
};

// Only the last minutes are spoken to a screen reader, never every tick.
const announcer = document.getElementById("announcer");
const say = (words) => {
  if (announcer && announcer.textContent !== words) announcer.textContent = words;
};
const milestones = [
  [5 * minute, "Five minutes left."],
  [minute, "One minute left."],
  [10 * second, "Ten seconds left."],
];
let heard = Infinity;
const announce = (left) => {
  const passed = milestones.findLast(([at]) => left <= at && at < heard);
  if (left > 0 && passed) {
    heard = passed[0];
    say(passed[1]);
  }
};

const tick = () => {
  for (const place of document.querySelectorAll("[data-ends]")) {
    const left = Date.parse(place.dataset.ends) - serverNow();
    const words = left > 0 ? spoken(left) : (place.dataset.over ?? "closing");
    if (place.textContent !== words) place.textContent = words;
    place.hidden = false;
    place.classList.toggle("soon", left <= 5 * minute);
    place.classList.toggle("last", left <= 10 * second);
    if (place.hasAttribute("data-announce")) announce(left);
  }
};

// Parts marked data-live are taken anew from the server while the page is looked at, but never one that
// somebody is typing into; one with data-keep only when that changes.
const asSent = new Map();
const remember = (part) => asSent.set(part.id, part.outerHTML);
const isStale = (part, newer) =>
  "keep" in part.dataset
    ? part.dataset.keep !== newer.dataset.keep
    : asSent.get(part.id) !== newer.outerHTML && !part.contains(document.activeElement);
// What a reader has unfolded stays unfolded.
const keepOpen = (part, newer) => {
  const folds = newer.querySelectorAll("details");
  part.querySelectorAll("details").forEach((fold, index) => {
    if (fold.open && folds[index]) folds[index].open = true;
  });
};
const refresh = async () => {
  if (document.hidden || !document.querySelector("[data-refresh]")) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-By": "refresh" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    readClock(fresh);
    for (const part of document.querySelectorAll("[data-live]")) {
      const newer = fresh.getElementById(part.id);
      if (!newer) {
        part.remove();
      } else if (isStale(part, newer)) {
        remember(newer);
        keepOpen(part, newer);
        part.replaceWith(document.adoptNode(newer));
        if (newer.dataset.say !== part.dataset.say) say(newer.dataset.say);
      }
    }
    localise();
    offerLeastBid();
    tick();
  } catch {
    // The server cannot be reached just now; the next round tries again.
  }
};

// Keeps the prefilled bid at the least next bid, unless the bidder has typed an amount.
const offerLeastBid = () => {
  const field = document.querySelector("input[data-least-from]");
  const least = document.getElementById(field?.dataset.leastFrom)?.dataset.least;
  if (!least || field.value !== field.defaultValue) return;
  field.defaultValue = least;
  field.value = least;
};

const local = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
});
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const localise = () => {
  for (const time of document.querySelectorAll("time[datetime]:not([title])")) {
    time.title = `${local.format(new Date(time.dateTime))} (${zone})`;
  }
};

// A date typed in UTC is said again in the reader's own zone.
const echoZone = (event) => {
  const field = event.target.closest("input[data-echo]");
  const echo = document.getElementById(field?.dataset.echo);
  if (!echo) return;
  const moment = new Date(`${field.value}Z`);
  echo.textContent = Number.isNaN(moment.valueOf()) ? "" : `That is ${local.format(moment)} in ${zone}.`;
};

// A registration begins with the reader's own zone.
const offerOwnZone = () => {
  const field = document.querySelector("input[data-own-zone]");
  if (field && field.value === "UTC" && zone) field.value = zone;
};

// Fields that only one choice needs are shown with it; those with a mistake in them stay.
const showChosen = () => {
  for (const choice of document.querySelectorAll("select[data-shows]")) {
    for (const part of document.querySelectorAll(`[data-shown-by="${choice.dataset.shows}"]`)) {
      part.hidden = part.dataset.for !== choice.value && !part.querySelector("[aria-invalid=true]");
    }
  }
};

const sendOnce = (event) => {
  const button = event.submitter ?? event.target.querySelector("button");
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
  button?.setAttribute("aria-disabled", "true");
};

// An open menu is closed by Escape, and by going on elsewhere.
const openMenu = () => document.querySelector(".menu[open]");
const leaveMenu = (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
};
const escapeMenu = (event) => {
  const menu = openMenu();
  if (event.key !== "Escape" || !menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
};

// A page that comes back from the browser's memory may be sent again, and its clock is stale.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
addEventListener("submit", sendOnce);
addEventListener("input", echoZone);
addEventListener("change", showChosen);
addEventListener("pointerdown", leaveMenu);
addEventListener("focusin", leaveMenu);
addEventListener("keydown", escapeMenu);

readClock(document);
document.querySelectorAll("[data-live]").forEach(remember);
localise();
offerOwnZone();
showChosen();
tick();
setInterval(tick, 250);
setInterval(refresh, 3 * second);
document.querySelector("[aria-invalid=true]")?.focus();
